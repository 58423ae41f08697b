"""The badge and the set-up cell that let every chapter run anywhere.

Both follow from the release, which is the repository and the tag in _config.yml. The
set-up cell stands after the title, before all other code, the same in every notebook.
The badge stands before it once there is a release. The pages show neither.
notebooks.py writes them when it executes a chapter, release.py when it names a release.
"""

import re
from pathlib import Path
from urllib.parse import quote

import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "notebooks"  # at a tag: the chapters in plain Markdown, made by release.py
COLAB = "https://colab.research.google.com"
BADGE, SET_UP = "badge", "set-up"  # ids of the two cells
HIDDEN = {"tags": ["remove-cell"]}  # from the pages
SOURCE = """\
# nnlib is the package of this course. Where it is missing, as on Colab, this cell
# installs it and leaves NumPy as it is. Where it is there, nothing happens.
import site
import subprocess
import sys
from importlib import metadata

course = "neural-networks-by-hand"  # never by the name nnlib: that is a stranger's
release = "RELEASE"
remedy = f"run %pip uninstall -y nnlib {course}, restart, and run this cell again."


def version(name):
    return next((d.version for d in metadata.distributions(name=name)), "")


here = version(course)
assert not version("nnlib"), f"Another package has the name nnlib: {remedy}"
if here and release and f"/v{here}.zip" not in release:
    print(f"nnlib {here} is here, this notebook is of {release}")
    print(f"Should a cell fail, {remedy}")
if not here:
    assert release, (
        "nnlib is missing, and this notebook names no release to install. "
        "Open it in a copy of the course's repository, after `make setup`."
    )
    assert sys.version_info >= (3, 11), "nnlib needs Python 3.11 or later."
    print("Installing nnlib. This takes about half a minute.")
    wanted, kept = [f"{course}[views,data] @ {release}"], version("numpy")
    wanted += [f"numpy=={kept}"] if kept else []
    pip = [sys.executable, "-m", "pip", "install", "--quiet", *wanted]
    done = subprocess.run(pip, capture_output=True, text=True)
    assert done.returncode == 0, (
        f"{done.stderr}\\nnnlib could not be installed: pip gives the reason above. "
        "If it is the network, connect and run this cell again."
    )
    if site.ENABLE_USER_SITE:  # pip may just have made this place
        site.addsitedir(site.getusersitepackages())
    try:
        import nnlib.checks

        assert nnlib.checks.check  # it is ours
    except ImportError as error:
        raise ImportError(f"pip is done, but nnlib is not found: {remedy}") from error
    print("Done. In JupyterLab reload the page now, else live figures stay blank.")
if "google.colab" in sys.modules:  # live figures wait for this word
    from google.colab import output

    output.enable_custom_widget_manager()
"""
RELEASE = re.compile(r"(https://github\.com/[\w.-]+/[\w.-]+)@(v\d+\.\d+\.\d+)")


def release():
    """The repository's address and the released tag of _config.yml; "" when not set.

    ValueError when they are not the address of a repository and a tag like v1.0.0.
    """
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]
    url, tag = config["url"], config["branch"]
    if (url or tag) and not RELEASE.fullmatch(f"{url}@{tag}"):
        raise ValueError(
            "_config.yml: expected a repository such as https://github.com/owner/name "
            f"with a branch such as v1.0.0, got {url!r} with {tag!r}"
        )
    return url, tag


def archive(url, tag):
    """The address of all files of a release, packed; "" when there is none."""
    return f"{url}/archive/refs/tags/{tag}.zip" if tag else ""


def colab(url, tag, name):
    """The address that opens a chapter of a release in Colab."""
    place = url.removeprefix("https://")
    place = place.replace("github.com", "github")
    return f"{COLAB}/{place}/blob/{tag}/{FOLDER}/{name}.ipynb"


def binder(url, tag, name):
    """The address that opens a chapter of a release in JupyterLab on Binder."""
    place = url.removeprefix("https://github.com/")
    path = quote(f"lab/tree/{FOLDER}/{name}.ipynb", safe="")
    return f"https://mybinder.org/v2/gh/{place}/{tag}?urlpath={path}"


def set_up_cell(source):
    """The cell that installs nnlib, where it is missing, from an address for pip."""
    code = SOURCE.replace("RELEASE", source).rstrip("\n")
    return new_code_cell(code, id=SET_UP, execution_count=1, metadata=HIDDEN)


def badge_cell(url, tag, name):
    """The cell whose picture opens this notebook in Colab."""
    picture = f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]"
    words = f"{picture}({colab(url, tag, name)})"
    return new_markdown_cell(words, id=BADGE, metadata=HIDDEN)


def prepared(notebook, name, url="", tag="", source=None):
    """A notebook with the two cells after its title, in place of those it had.

    name: of its file, without .ipynb
    source: what pip installs, else the archive of the release
    Where nnlib is there the set-up cell says nothing: it counts as executed.
    """
    rest = [cell for cell in notebook.cells if cell.get("id") not in (BADGE, SET_UP)]
    new = [badge_cell(url, tag, name)] if tag else []
    new.append(set_up_cell(archive(url, tag) if source is None else source))
    at = 1 if rest and rest[0].cell_type == "markdown" else 0
    notebook.cells = rest[:at] + new + rest[at:]
    return notebook
