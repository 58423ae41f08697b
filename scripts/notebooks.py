"""Execute the chapters and store their outputs, the same for every author.

    python scripts/notebooks.py                     all notebooks of _toc.yml, in order
    python scripts/notebooks.py book/mnist.ipynb    only this one
    python scripts/notebooks.py --sample            the sample may stand in for MNIST
    python scripts/notebooks.py --check             run nothing, tell what is amiss

Stored outputs come from the full MNIST data: without it (NNLIB_DATA, the cache, or a
network) the program stops, unless --sample says that the bundled sample is meant.
Each notebook gets the set-up cell and runs in a fresh kernel, in its own folder. What
is stored holds nothing of the machine or the moment: a second run changes no byte.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import set_up
import yaml
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT = 1200  # seconds for one cell
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}
KEPT_METADATA = ("mystnb",)
KEPT_CELL_METADATA = ("tags", "mystnb")
MODEL_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
MOMENTARY = [  # what a text output tells of the machine or the moment -> what is stored
    (re.compile(r"\bat 0x[0-9a-fA-F]{6,}"), "at 0x..."),
    (re.compile(r"/\S*/ipykernel_\d+/\d+\.py"), "<cell>"),
    (re.compile(r"/\S*/site-packages/"), ""),
    (re.compile(re.escape(f"{ROOT}/")), ""),
]


def chapters():
    """The notebooks named in _toc.yml, in reading order; its other files are pages."""

    def names(entry):
        yield from (entry[key] for key in ("root", "file") if key in entry)
        for key in ("parts", "chapters", "sections"):
            for child in entry.get(key, ()):
                yield from names(child)

    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    paths = [ROOT / f"{name.removesuffix('.ipynb')}.ipynb" for name in names(toc)]
    return [path for path in paths if not path.with_suffix(".md").exists()]


def shown(path):
    """A path as a reader of the message knows it."""
    path = path.resolve()
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def read(path):
    """The notebook in a file; ValueError names the file that is none."""
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise ValueError(f"{shown(path)}: expected a notebook, found no file") from None
    except nbformat.reader.NotJSONError:
        raise ValueError(f"{shown(path)}: expected a notebook, got no JSON") from None


def to_text(notebook):
    """The one form in which a notebook is stored."""
    return nbformat.writes(notebook) + "\n"


def write(notebook, path):
    """Write a notebook as a whole or not at all."""
    mode = path.stat().st_mode
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(to_text(notebook))
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def merge_streams(outputs):
    """Outputs with neighboring pieces of one stream joined."""
    merged = []
    for output in outputs:
        is_stream = merged and output["output_type"] == "stream"
        if is_stream and output["name"] == merged[-1].get("name"):
            merged[-1]["text"] += output["text"]
        else:
            merged.append(output)
    return merged


def normalize_output(output, count):
    """An output numbered like its cell, without a word of machine or moment."""
    if "execution_count" in output:
        output["execution_count"] = count
    if "traceback" in output:
        output["traceback"] = [f"{output['ename']}: {output['evalue']}"]
    texts = output.get("data", output)
    for key in {"text", "text/plain", "text/html"} & texts.keys():
        for pattern, stored in MOMENTARY:
            texts[key] = pattern.sub(stored, texts[key])
    return output


def normalize_cell(cell, count):
    """A cell in its stored form; count is its number among the executed cells."""
    kept = {k: v for k, v in cell["metadata"].items() if k in KEPT_CELL_METADATA}
    cell["metadata"] = kept
    if cell["cell_type"] == "code":
        cell["execution_count"] = count
        outputs = merge_streams(cell["outputs"])
        cell["outputs"] = [normalize_output(output, count) for output in outputs]
    return cell


def drop_models(notebook):
    """Remove from a notebook the widget models that no output shows.

    Kept is what an output views, what that refers to, and a link between kept models.
    """
    widgets = notebook["metadata"].get("widgets", {})
    state = widgets.get(WIDGET_STATE, {}).get("state", {})
    named = {name: set(MODEL_ID.findall(json.dumps(state[name]))) for name in state}
    kept = set(
        MODEL_ID.findall(json.dumps([c.get("outputs") for c in notebook["cells"]]))
    )
    before = None
    while kept != before:
        before = set(kept)
        kept.update(*(named[name] for name in before & named.keys()))
        links = (n for n in state if state[n]["model_name"].endswith("LinkModel"))
        kept.update(name for name in links if named[name] <= kept)
    for name in state.keys() - kept:
        del state[name]


def rename_models(notebook):
    """The notebook with its widget models' random ids replaced by 00…1, 00…2, …

    Numbers follow the order in which the models were made, in state and outputs alike.
    """
    widgets = notebook["metadata"].get("widgets", {})
    state = widgets.get(WIDGET_STATE, {}).get("state", {})
    names = {old: f"{number:032x}" for number, old in enumerate(state, 1)}
    text = json.dumps(notebook)
    return json.loads(MODEL_ID.sub(lambda match: names.get(match[0], match[0]), text))


def normalize(notebook):
    """A notebook's stored form, as a copy; what has this form stays as it is."""
    notebook = json.loads(json.dumps(notebook))
    kept = {k: v for k, v in notebook["metadata"].items() if k in KEPT_METADATA}
    widgets = notebook["metadata"].get("widgets")
    notebook["metadata"] = METADATA | kept | ({"widgets": widgets} if widgets else {})
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    count = 0
    for number, cell in enumerate(notebook["cells"], 1):
        cell.setdefault("id", f"cell-{number}")
        executed = cell.get("execution_count") is not None
        count += executed
        normalize_cell(cell, count if executed else None)
    drop_models(notebook)
    return nbformat.from_dict(rename_models(notebook))


def prepared(path):
    """The notebook of a file with the badge and the set-up cell of today."""
    return set_up.prepared(read(path), path.stem, *set_up.release())


def execute(path):
    """The notebook of a file, set up, executed in a fresh kernel in the file's folder.

    ValueError names notebook and cell when a cell fails, hangs or ends its kernel.
    """
    notebook = prepared(path)
    notebook.metadata.pop("widgets", None)
    cell_now = []
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        store_widget_state=True,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--log-level=ERROR"],  # no word on how a kernel is reached
        on_cell_start=lambda cell, cell_index: cell_now.append(cell_index + 1),
    )
    try:
        return client.execute()
    except CellExecutionError as error:
        reason = error.traceback
    except (CellTimeoutError, DeadKernelError) as error:
        reason = str(error)
    raise ValueError(f"{shown(path)}, cell {cell_now[-1]} failed:\n{reason}")


def faults(path):
    """What keeps a stored notebook from being in form: a list of sentences."""
    notebook = read(path)
    found = []
    for number, cell in enumerate(notebook.cells, 1):
        tags = cell.metadata.get("tags", ())
        if cell.cell_type != "code" or "skip-execution" in tags:
            continue
        where = f"{shown(path)}, cell {number}"
        if cell.source.strip() and cell.execution_count is None:
            found.append(f"{where}: not executed")
        failed = any(output.output_type == "error" for output in cell.outputs)
        if failed and "raises-exception" not in tags:
            found.append(f"{where}: holds an error without the tag raises-exception")
    if path.read_text("utf-8") != to_text(normalize(notebook)):
        found.append(f"{shown(path)}: not in the form that make notebooks writes")
    if notebook.cells != prepared(path).cells:
        found.append(f"{shown(path)}: without badge and set-up cell of today")
    return found


def has_full_mnist():
    """Whether nnlib finds the 60,000 training images, not only the sample."""
    from nnlib import datasets

    return len(datasets.mnist().t_train) == 60_000


def uses_mnist(path):
    """Whether a notebook's code loads MNIST."""
    return any("mnist()" in c.source for c in read(path).cells if c.cell_type == "code")


def run(paths, sample):
    """Execute and store notebooks, telling each with its seconds."""
    if not sample and any(map(uses_mnist, paths)) and not has_full_mnist():
        raise ValueError(
            "Expected the full MNIST data, found only the sample: name the folder of "
            "its four files in NNLIB_DATA, or store the sample's outputs by --sample."
        )
    os.environ["TQDM_DISABLE"] = "1"
    for number, path in enumerate(paths, 1):
        print(f"[{number}/{len(paths)}] {shown(path)} ", end="", flush=True)
        start, before = time.perf_counter(), path.read_text("utf-8")
        notebook = normalize(execute(path))
        changed = to_text(notebook) != before
        if changed:
            write(notebook, path)
        state = "stored" if changed else "unchanged"
        print(f"{time.perf_counter() - start:.1f} s, {state}", flush=True)


def main():
    """Read the command line and do it; the exit code is 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, help="default: all of _toc.yml")
    parser.add_argument("--check", action="store_true", help="execute nothing")
    parser.add_argument("--sample", action="store_true", help="MNIST may be the sample")
    arguments = parser.parse_args()
    paths = [path.resolve() for path in arguments.paths] or chapters()
    try:
        if not arguments.check:
            run(paths, arguments.sample)
        found = [fault for path in paths for fault in faults(path)]
    except ValueError as error:
        found = [str(error)]
    for fault in found:
        print(fault, file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
