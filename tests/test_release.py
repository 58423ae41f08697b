"""A release holds what its links promise, and half of one is never left behind."""

import json
import re
from urllib.parse import unquote

import notebooks
import pytest
from markdown_it import MarkdownIt
from release import PUSH
from released import TAG, URL, clone, git, release, show

CHAPTERS = [path.stem for path in notebooks.chapters()]
PLACES = [  # addresses of a file of a release -> its path
    re.compile(rf"{URL}/blob/{TAG}/([^#?]+)"),
    re.compile(
        rf"https://colab\.research\.google\.com/github/owner/name/blob/{TAG}/(.+)"
    ),
    re.compile(
        rf"https://mybinder\.org/v2/gh/owner/name/{TAG}\?urlpath=lab%2Ftree%2F(.+)"
    ),
]
OTHERS = re.compile(
    rf"{URL}/issues/new\?.*|https://colab\.research\.google\.com/assets/.*\.svg"
)


@pytest.fixture(scope="module")
def files(released):
    """The files of the release."""
    return set(git(released, "ls-tree", "-r", "--name-only", TAG).splitlines())


def notebook(folder, name):
    """A chapter as the release has it."""
    return json.loads(show(folder, f"notebooks/{name}.ipynb"))


def promised(addresses, files):
    """The addresses into the repository or to its launchers, each to a file that is."""
    found = []
    for address in addresses:
        if "owner/name" not in address or OTHERS.fullmatch(address):
            continue
        paths = [unquote(m[1]) for place in PLACES if (m := place.fullmatch(address))]
        assert paths, f"an address of no known form: {address}"
        assert paths[0] in files, f"{address} leads to no file of {TAG}"
        found.append(address)
    return found


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_buttons_of_a_page_lead_to_files_of_the_release(name, released, files):
    html = (released / f"_build/html/book/{name}.html").read_text("utf-8")
    found = promised(re.findall(r'(?:href|src)="([^"]+)"', html), files)
    assert sum("colab" in address for address in found) == 1
    assert sum("mybinder" in address for address in found) == 1
    assert f'href="{URL}/issues/new' in html


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_download_of_a_page_is_the_notebook_of_the_release(name, released):
    page = released / f"_build/html/book/{name}.html"
    (place,) = re.findall(r'href="([^"]+\.ipynb)" [^>]*btn-download', page.read_text())
    text = (page.parent / place).read_text("utf-8")
    assert text == show(released, f"notebooks/{name}.ipynb")


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_links_of_a_notebook_lead_to_files_of_the_release(name, released, files):
    cells = notebook(released, name)["cells"]
    text = "\n".join(
        "".join(c["source"]) for c in cells if c["cell_type"] == "markdown"
    )
    addresses = re.findall(r"\]\(([^)\s]+)\)", text)
    assert any("colab" in address for address in promised(addresses, files))
    for address in addresses:
        if not address.startswith("https://"):
            assert f"notebooks/{address}" in files, address


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_notebook_of_the_release_names_it_and_holds_no_outputs(name, released):
    cells = notebook(released, name)["cells"]
    assert [cell["id"] for cell in cells[1:3]] == ["badge", "set-up"]
    assert f'release = "{URL}/archive/refs/tags/{TAG}.zip"' in "".join(
        cells[2]["source"]
    )
    assert not any(cell.get("outputs") for cell in cells)
    assert not any(cell.get("execution_count") for cell in cells)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_notebook_of_the_release_is_plain_markdown(name, released):
    parser = MarkdownIt()
    for cell in notebook(released, name)["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] != "markdown":
            continue
        fences = [t.info for t in parser.parse(text) if t.type == "fence"]
        assert not any(info.startswith("{") for info in fences), text
        assert not re.search(
            r"^\s*:::|^: |\$\$ \(|^\([\w-]+\)=$", text, re.MULTILINE
        ), text
        assert not re.search(r"\{[\w:]+\}`", text), text
        assert text.count("<details") == text.count("</details>")


def test_the_branch_has_each_chapter_once_and_the_tag_both_forms(released, files):
    branch = set(git(released, "ls-tree", "-r", "--name-only", "HEAD").splitlines())
    added = {f"notebooks/{name}.ipynb" for name in CHAPTERS}
    assert files - branch == added
    assert branch <= files
    assert git(released, "status", "--porcelain") == ""


def test_what_is_to_be_pushed_is_the_tag_and_a_branch_with_the_same_files(
    released, tmp_path
):
    git(tmp_path, "init", "--quiet", "--bare")
    _, *command = PUSH.format(tag=TAG).replace("origin", str(tmp_path)).split()
    git(released, *command)
    branch = git(tmp_path, "rev-parse", f"refs/heads/chapters-{TAG}")
    assert branch == git(tmp_path, "rev-parse", f"refs/tags/{TAG}^{{commit}}")


def test_the_version_of_the_package_is_that_of_the_tag(released):
    assert f'version = "{TAG[1:]}"' in show(released, "pyproject.toml")


def test_a_second_release_of_the_same_tag_is_refused(released):
    done = release(released)
    assert done.returncode == 1
    assert f"expected a new tag, {TAG} exists" in done.stderr


def test_changes_that_are_not_committed_are_named_and_kept(tmp_path):
    folder = clone(tmp_path / "clone")
    (folder / "README.md").write_text("mine")
    done = release(folder)
    assert done.returncode == 1
    assert "expected a clean tree" in done.stderr
    assert "README.md" in done.stderr
    assert (folder / "README.md").read_text() == "mine"


def test_a_dry_run_tells_the_steps_and_writes_nothing(tmp_path):
    folder = clone(tmp_path / "clone")
    before = git(folder, "rev-parse", "HEAD")
    done = release(folder, "--dry-run")
    assert "Nothing is written." in done.stdout
    assert git(folder, "status", "--porcelain") == git(folder, "tag") == ""
    assert git(folder, "rev-parse", "HEAD") == before


def test_a_release_whose_book_cannot_be_built_leaves_nothing(tmp_path):
    folder = clone(tmp_path / "clone")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/none\n")
    git(folder, "commit", "-am", "Break the table of contents")
    before = git(folder, "rev-parse", "HEAD")
    done = release(folder)
    assert done.returncode == 1
    assert git(folder, "status", "--porcelain") == git(folder, "tag") == ""
    assert git(folder, "rev-parse", "HEAD") == before
