"""Build the book together with a Python that runs in the reader's own browser.

    python scripts/make_site.py                     Pyodide comes from its makers' CDN
    python scripts/make_site.py --pyodide FOLDER    the site serves what FOLDER holds

The site is the plain book in _build/site/_build/html, and in its folder `lite` a
JupyterLite: every chapter as a notebook without outputs, and nnlib in the list of
packages from which the browser loads what a cell imports. So no cell installs anything,
and a package of a foreign index is never taken. The button of a page opens start.html,
which loads what all chapters need, shows how far it is, and goes on to the notebook.

FOLDER holds files of the release of Pyodide that pyodide-lock.json lists, at least
pyodide.mjs; what it lacks comes from the CDN. gather_pyodide.py makes such a folder.
"""

import argparse
import ast
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from email import message_from_bytes
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import nbformat
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "_build" / "site"
HTML = OUT / "_build" / "html"
TOOLS = ROOT / ".venv-lite"
LISTS = ROOT / "scripts" / "site"
VERSION = "314.0.6"
CDN = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
MEGABYTES = 27  # compressed: core 6, IPython 4, NumPy 3, Matplotlib 10, Jupyter 4
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
STARTED = ("micropip", "ipython", "jedi", "comm", "neural-networks-by-hand")
KERNEL = "@jupyterlite/pyodide-kernel-extension"
BROWSER = {
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "platform_system": "Emscripten",
    "python_full_version": "3.14.2",
    "python_version": "3.14",
    "sys_platform": "emscripten",
}


def run(*command, **more):
    """Run a program; CalledProcessError where it fails."""
    command = [str(part) for part in command]
    subprocess.run(command, check=True, **{"cwd": ROOT} | more)


def sha256(path):
    """The SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def imported(source):
    """Names of the top-level packages that Python source imports anywhere."""
    lines = [line for line in source.splitlines() if not line.startswith(("%", "!"))]
    names = set()
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def missing(notebook, lock):
    """What a notebook imports and the browser's Python has not, in order.

    google.colab, which the set-up cell asks for on Colab alone, is not counted.
    """
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    names = set().union(*map(imported, code)) - {"google"}
    listed = {name for entry in lock["packages"].values() for name in entry["imports"]}
    return sorted(names - listed - sys.stdlib_module_names)


def metadata_of(path):
    """(The metadata of a wheel, the paths in it)."""
    with ZipFile(path) as wheel:
        names = [PurePosixPath(name) for name in wheel.namelist()]
        told = next(n for n in names if n.match("*.dist-info/METADATA"))
        return message_from_bytes(wheel.read(str(told))), names


def requirements(metadata, extra="", place=BROWSER):
    """What a wheel needs in a place, with one of its extras or none.

    place: values of the variables in environment markers
    """
    found = map(Requirement, metadata.get_all("Requires-Dist", []))
    chosen = [place | {"extra": name} for name in {"", extra}]
    return [r for r in found if not r.marker or any(map(r.marker.evaluate, chosen))]


def entry(path, extra=""):
    """(A wheel's line in the list of packages, its requirements)."""
    metadata, names = metadata_of(path)
    code = {n.parts[0].removesuffix(".py") for n in names if n.suffix == ".py"}
    needs = requirements(metadata, extra)
    return {
        "name": canonicalize_name(metadata["Name"]),
        "version": metadata["Version"],
        "file_name": path.name,
        "install_dir": "site",
        "sha256": sha256(path),
        "package_type": "package",
        "imports": sorted(filter(str.isidentifier, code)),
        "depends": sorted(canonicalize_name(need.name) for need in needs),
        "unvendored_tests": False,
    }, needs


def full_lock(lock, served, wheels):
    """Pyodide's list of packages with ours in it; ValueError where one does not fit.

    served: name -> file of Pyodide that the site serves; the others are on the CDN
    wheels: {file: extra}
    """
    for package in lock["packages"].values():
        if name := served.get(package["file_name"]):
            package["sha256"] = sha256(name)
        else:
            package["file_name"] = CDN + package["file_name"]
    # The set-up cell asks for google.colab, which is not in protobuf: do not load it.
    lock["packages"]["protobuf"]["imports"] = []
    needs = {}
    for path, extra in wheels.items():
        line, needs[path.name] = entry(path, extra)
        lock["packages"][line["name"]] = line
    for name, requirement in ((n, r) for n, found in needs.items() for r in found):
        found = lock["packages"].get(canonicalize_name(requirement.name), {})
        if found.get("version", "") not in requirement.specifier or not found:
            raise ValueError(
                f"{name} needs {requirement}, "
                f"the browser's Python has {found.get('version', 'none')}."
            )
    return lock


def needed(lock, names):
    """The entries of these packages and of all they need, sorted by name."""
    found, waiting = {}, list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found[name] = lock["packages"][name]
            waiting += found[name]["depends"]
    return dict(sorted(found.items()))


def write_start(folder, lock, at):
    """Store the page that loads Python in sight of the reader, then opens a notebook.

    at: where the core of Pyodide lies, seen from the folder
    """
    files = [f"{at}{name}" for name in CORE]
    for package in needed(lock, STARTED).values():
        name = package["file_name"]
        files.append(name if "://" in name else f"./pyodide/{name}")
    page = (LISTS / "start.html").read_text("utf-8")
    page = page.replace("{megabytes}", str(MEGABYTES))
    page = page.replace("{files}", json.dumps(files))
    (folder / "start.html").write_text(page, "utf-8")


def pyodide_files(folder):
    """Name -> file of a folder that holds Pyodide; {} for none.

    ValueError where the folder lacks a part without which no Python starts.
    """
    if folder is None:
        return {}
    files = {path.name: path for path in folder.glob("*") if path.is_file()}
    if lacking := [name for name in CORE if name not in files]:
        names = ", ".join(lacking)
        raise ValueError(
            f"expected Pyodide {VERSION} in {folder}, did not find {names}."
        )
    return files


def make_wheels(folder):
    """{file: extra} of the wheels that the site serves, nnlib's first."""
    pip = [TOOLS / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
    run(*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
    wheels = {path: "views" for path in folder.glob("*.whl")}
    only = ["--no-deps", "--only-binary=:all:", "--platform=any"]
    only += [f"--python-version={BROWSER['python_version']}"]
    listed = ["--requirement", LISTS / "wheels.txt", "--dest", folder]
    run(*pip, "download", "--quiet", *only, *listed)
    shims = TOOLS / "share" / "jupyter" / "labextensions" / KERNEL / "static" / "pypi"
    shutil.copy(next(shims.glob("widgetsnbextension-4.*.whl")), folder)
    return wheels | {path: "" for path in folder.glob("*.whl") if path not in wheels}


def chapters():
    """The notebooks of the book, by the names of their pages."""
    paths = sorted((ROOT / "book").glob("*.ipynb"))
    return {f"book/{path.stem}": nbformat.read(path, as_version=4) for path in paths}


def build_book(runnable):
    """The plain book, with buttons on the pages of these chapters."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    sphinx = config["sphinx"]
    local = sphinx["local_extensions"] | {"lite": "book/_ext"}
    sphinx["local_extensions"] = {name: str(ROOT / at) for name, at in local.items()}
    more = {"lite_chapters": sorted(runnable), "lite_megabytes": MEGABYTES}
    sphinx["config"] |= more
    path = OUT / "_config.yml"
    path.write_text(yaml.safe_dump(config), "utf-8")
    build = [Path(sys.executable).with_name("jupyter-book"), "build", "."]
    run(*build, "--config", path, "--path-output", OUT)


def settings(edition, at):
    """What the browser's Jupyter is told.

    A reader's changes are kept in the browser, each edition of the chapters by itself,
    so that no old copy hides a new chapter.
    """
    options = {
        "lockFileURL": "./pyodide/pyodide-lock.json",
        # Without threads tqdm cannot watch its bars, and warns each reader of it.
        "env": {"PYTHONWARNINGS": "ignore:tqdm"},
    }
    kernel = {
        "pyodideUrl": f"{at}pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": options,
    }
    data = {
        "appName": "Neural Networks by Hand",
        "contentsStorageName": f"Neural Networks by Hand {edition}",
        "litePluginSettings": {f"{KERNEL}:kernel": kernel},
    }
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": data}


def write_notebooks(folder):
    """Store the chapters as the book offers them for download; return their hash."""
    folder.mkdir()
    told = hashlib.sha256()
    for path in sorted((HTML / "_sources" / "book").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata["kernelspec"] = {
            "name": "python",
            "display_name": "Python (Pyodide)",
        }
        text = nbformat.writes(notebook) + "\n"
        told.update(text.encode())
        (folder / path.name).write_text(text, "utf-8")
    return told.hexdigest()[:8]


def build_lite(work, served, lock, wheels):
    """Put the browser's Jupyter, its packages and the notebooks beside the book."""
    notebooks = work / "notebooks"
    at = "./pyodide/" if served else CDN
    told = settings(write_notebooks(notebooks), at)
    (work / "jupyter-lite.json").write_text(json.dumps(told), "utf-8")
    lite = ["build", "--apps", "notebooks", "--lite-dir", work, "--contents", notebooks]
    lite += ["--no-sourcemaps", "--no-unused-shared-packages"]
    lite += ["--output-dir", HTML / "lite"]
    run(TOOLS / "bin" / "jupyter-lite", *lite, cwd=work, stdout=subprocess.DEVNULL)
    packages = HTML / "lite" / "pyodide"
    packages.mkdir()
    for path in [*served.values(), *wheels]:
        shutil.copy(path, packages)
    (packages / "pyodide-lock.json").write_text(json.dumps(lock), "utf-8")
    write_start(HTML / "lite", lock, at)


def megabytes(folder):
    """The size of all files in a folder, in MB."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6


def build(pyodide=None):
    """Build the site; ValueError where the packages do not fit together."""
    served = pyodide_files(pyodide)
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        (work / "wheels").mkdir()
        wheels = make_wheels(work / "wheels")
        lock = json.loads((LISTS / "pyodide-lock.json").read_text("utf-8"))
        lock = full_lock(lock, served, wheels)
        lacking = {page: missing(book, lock) for page, book in chapters().items()}
        build_book(page for page, names in lacking.items() if not names)
        build_lite(work, served, lock, wheels)
    print()
    for page, names in lacking.items():
        if names:
            print(f"{page} has no button: a browser has no {', '.join(names)}.")
    size, lite = megabytes(HTML), megabytes(HTML / "lite")
    print(
        f"The site is in {HTML.relative_to(ROOT)}: {size:.0f} MB, {lite:.0f} in lite."
    )
    print(
        "It needs a web server; on this machine: "
        f"python -m http.server --directory {HTML.relative_to(ROOT)}"
    )


def main():
    """Read the command line; the exit code is 1 where the site cannot be built."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pyodide", type=Path, metavar="FOLDER", help=CDN)
    try:
        build(parser.parse_args().pyodide)
    except (ValueError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
