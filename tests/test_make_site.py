"""The site gives a browser's Python what the chapters import, and nothing foreign."""

import copy
import json
import re
import sys
from types import SimpleNamespace
from zipfile import ZipFile

import lite
import make_site
import pytest
import set_up
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook
from strict import ROOT

OFFICIAL = json.loads((make_site.LISTS / "pyodide-lock.json").read_text("utf-8"))
PINS = dict(
    line.split("==")
    for line in (make_site.LISTS / "wheels.txt").read_text("utf-8").splitlines()
    if "==" in line
)


@pytest.fixture
def lock():
    return copy.deepcopy(OFFICIAL)


def wheel(folder, name="own", version="1.0", needs=(), files=("own/__init__.py",)):
    path = folder / f"{name}-{version}-py3-none-any.whl"
    lines = [f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {need}" for need in needs]
    with ZipFile(path, "w") as file:
        file.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(lines))
        for inner in files:
            file.writestr(inner, "")
    return path


def test_the_list_of_packages_is_that_of_the_kernels_pyodide():
    environment = (make_site.LISTS / "environment.txt").read_text("utf-8")
    assert "jupyterlite-pyodide-kernel==0.8.6" in environment  # of Pyodide 314.0.6
    assert make_site.VERSION == "314.0.6"
    assert OFFICIAL["info"]["python"].startswith(make_site.BROWSER["python_version"])


def test_only_the_chapter_on_frameworks_imports_what_a_browser_lacks(lock, tmp_path):
    own = {"nnlib": "nnlib", "ipywidgets": "ipywidgets", "anywidget": "anywidget"}
    wheels = {wheel(tmp_path, n, files=[f"{m}/a.py"]): "" for n, m in own.items()}
    lock = make_site.full_lock(lock, {}, wheels)
    books = make_site.chapters()
    assert len(books) >= 10
    lacking = {page: make_site.missing(book, lock) for page, book in books.items()}
    lacking = {page: names for page, names in lacking.items() if names}
    assert lacking == {"book/frameworks": ["jax", "keras", "torch"]}


def test_what_the_package_shows_with_is_in_the_browser_in_a_version_it_takes():
    own = set(PINS) | {make_site.canonicalize_name(name) for name in PINS}
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    views = re.search(r"^views = \[(.*?)\]", text, re.DOTALL | re.MULTILINE)[1]
    views = re.findall(r'"(.+?)"', views)
    assert len(views) >= 6
    for text in [*views, "numpy>=1.26"]:
        need = make_site.Requirement(text)
        found = OFFICIAL["packages"].get(need.name, {}).get("version")
        assert (found or PINS[need.name]) in need.specifier
        assert found or need.name in own


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b, c as d", {"a", "c"}),
        ("def f():\n    from x.y import z", {"x"}),
        ("%matplotlib inline\nimport a", {"a"}),
        ("from . import a", set()),
        ("", set()),
    ],
)
def test_imports_are_found_wherever_they_stand(source, names):
    assert make_site.imported(source) == names


def test_what_no_package_offers_is_missing_and_the_standard_library_is_not():
    lock = {"packages": {"numpy": {"imports": ["numpy"]}}}
    cells = ["import math, numpy, absent", "import google.colab", "import zzz.a"]
    book = new_notebook(cells=list(map(new_code_cell, cells)))
    assert make_site.missing(book, lock) == ["absent", "zzz"]


def test_a_wheel_is_listed_with_its_hash_its_imports_and_what_it_needs(tmp_path):
    needs = [
        "NumPy>=1",
        'six; python_version < "3.9"',
        'tqdm>=4; extra == "views"',
        'pooch; extra == "data"',
        'colorama; sys_platform == "win32"',
    ]
    files = ["own/__init__.py", "own/x.npz", "alone.py", "own-1.0.data/scripts/a.py"]
    path = wheel(tmp_path, "Own_Name", needs=needs, files=files)
    line, found = make_site.entry(path, "views")
    assert line["name"] == "own-name"
    assert line["imports"] == ["alone", "own"]
    assert line["depends"] == ["numpy", "tqdm"]
    assert line["sha256"] == make_site.sha256(path)
    assert [str(need.specifier) for need in found] == [">=1", ">=4"]
    assert make_site.entry(path)[0]["depends"] == ["numpy"]


def test_every_official_package_comes_from_the_cdn_with_the_hash_of_its_makers(lock):
    full = make_site.full_lock(lock, {}, {})["packages"]
    for name, package in OFFICIAL["packages"].items():
        assert full[name]["file_name"] == make_site.CDN + package["file_name"]
        assert full[name]["sha256"] == package["sha256"]


def test_what_the_set_up_cell_asks_for_on_colab_loads_nothing(lock):
    full = make_site.full_lock(lock, {}, {})["packages"]
    asked = make_site.imported(set_up.SOURCE) - sys.stdlib_module_names
    assert asked == {"google", "nnlib"}
    assert [n for n, p in full.items() if asked.intersection(p["imports"])] == []


def test_a_served_file_is_listed_beside_the_list_with_its_own_hash(lock, tmp_path):
    name = OFFICIAL["packages"]["six"]["file_name"]
    (tmp_path / name).write_bytes(b"six")
    full = make_site.full_lock(lock, {name: tmp_path / name}, {})["packages"]
    assert full["six"]["file_name"] == name
    assert full["six"]["sha256"] == make_site.sha256(tmp_path / name)
    assert full["numpy"]["file_name"].startswith(make_site.CDN)


@pytest.mark.parametrize("need", ["numpy>=99", "nowhere", "nowhere>=1"])
def test_a_need_that_the_browser_cannot_meet_is_said(lock, tmp_path, need):
    with pytest.raises(ValueError, match=rf"own-1.0.* needs {need}, .* has (2|none)"):
        make_site.full_lock(lock, {}, {wheel(tmp_path, needs=[need]): ""})


@given(st.sets(st.sampled_from(make_site.CORE)))
def test_a_folder_serves_pyodide_only_when_all_of_the_core_is_there(
    tmp_path_factory, names
):
    folder = tmp_path_factory.mktemp("pyodide")
    for name in names:
        (folder / name).touch()
    if names == set(make_site.CORE):
        assert set(make_site.pyodide_files(folder)) == names
    else:
        lacking = [name for name in make_site.CORE if name not in names]
        with pytest.raises(ValueError, match=", ".join(lacking)):
            make_site.pyodide_files(folder)
    assert make_site.pyodide_files(None) == {}


def test_the_browser_asks_no_foreign_index_and_reads_the_sites_own_list():
    told = make_site.settings("1234abcd", make_site.CDN)["jupyter-config-data"]
    kernel = told["litePluginSettings"][f"{make_site.KERNEL}:kernel"]
    assert kernel["disablePyPIFallback"] is True
    assert kernel["loadPyodideOptions"]["lockFileURL"] == "./pyodide/pyodide-lock.json"
    assert told["contentsStorageName"].endswith("1234abcd")


def test_all_that_python_needs_is_loaded_in_sight_and_nothing_else(lock, tmp_path):
    own = ("comm", "Neural_Networks_by_Hand")
    wheels = {wheel(tmp_path, name, needs=["numpy"]): "" for name in own}
    lock = make_site.full_lock(lock, {}, wheels)
    make_site.write_start(tmp_path, lock, "./here/")
    page = (tmp_path / "start.html").read_text("utf-8")
    (files,) = re.findall(r'<script type="application/json">(.*)</script>', page)
    files = json.loads(files)
    assert f"about {make_site.MEGABYTES} MB" in page
    assert len(set(files)) == len(files)
    assert files[:4] == [f"./here/{name}" for name in make_site.CORE]
    names = {file.rpartition("/")[2] for file in files[4:]}
    packages = lock["packages"]
    assert {packages[n]["file_name"].rpartition("/")[2] for n in make_site.STARTED} < (
        names
    )
    listed = {p["file_name"].rpartition("/")[2]: p for p in packages.values()}
    for name in names:
        for need in map(make_site.canonicalize_name, listed[name]["depends"]):
            assert packages[need]["file_name"].rpartition("/")[2] in names
    assert not [name for name in names if name.startswith("pandas")]
    assert [f for f in files if f.startswith("http")] == [
        f for f in files if f.startswith(make_site.CDN)
    ]


def buttons(pagename):
    """The ways to run a page, with only book/a in the list."""
    group = {"label": "launch-buttons", "buttons": [{"text": "other"}]}
    context = {
        "header_buttons": [{"label": "else"}, group],
        "pathto": lambda name, resource: f"{'../' * resource}{name}",
    }
    app = SimpleNamespace(
        config=SimpleNamespace(lite_chapters=["book/a"], lite_megabytes=9)
    )
    lite.add_button(app, pagename, "page.html", context, None)
    return group["buttons"]


def test_a_listed_chapter_has_the_button_first_and_others_have_none():
    first, other = buttons("book/a")
    assert first["url"] == "../lite/start.html?path=a.ipynb"
    assert "loads 9 MB" in first["text"]
    assert other == {"text": "other"}
    assert buttons("book/b") == [{"text": "other"}]


def test_the_plain_book_knows_nothing_of_the_button():
    assert "lite" not in (ROOT / "_config.yml").read_text("utf-8").split()
    assert "lite:" not in (ROOT / "_config.yml").read_text("utf-8")
