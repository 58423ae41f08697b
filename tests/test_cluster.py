"""The sweep of the chapter on house prices gives the same on a cluster and here."""

import ast

import notebooks
import numpy as np
import pytest

NEEDED = {
    *("houses", "chosen", "base", "seeds"),
    *("standardize", "make_network", "trained", "experiment", "sweep"),
}


def names_of(node):
    """The names that a statement at the top of a cell gives a meaning to."""
    if isinstance(node, ast.FunctionDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {
        name.id for t in targets for name in ast.walk(t) if isinstance(name, ast.Name)
    }


@pytest.fixture
def chapter(monkeypatch):
    """What the chapter's cells define for its sweep, by name."""
    monkeypatch.setenv("TQDM_DISABLE", "1")
    # pickled by value, as in a notebook: no other process could import it
    namespace = {"__name__": "__main__"}
    for cell in notebooks.read(notebooks.ROOT / "book/house_prices.ipynb").cells:
        if cell.cell_type == "code":
            for node in ast.parse(cell.source).body:
                if (
                    isinstance(node, ast.Import | ast.ImportFrom)
                    or names_of(node) & NEEDED
                ):
                    exec(compile(ast.Module([node], []), "chapter", "exec"), namespace)
    assert namespace.keys() >= NEEDED
    return namespace


def test_a_sweep_on_a_cluster_gives_what_it_gives_on_this_machine(chapter):
    distributed = pytest.importorskip(
        "distributed", reason='no Dask here: the extra "cluster" installs it'
    )
    from joblib import parallel_config

    chapter["seeds"] = range(2)
    rates = [0.001, 0.01]
    with distributed.Client(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as client:
        with parallel_config(backend="dask"):
            on_cluster = chapter["sweep"]("lr", rates)
        done = client.run(lambda dask_worker: len(dask_worker.state.log))
    here = chapter["sweep"]("lr", rates)
    assert on_cluster.shape == (2, 2, 2)
    assert on_cluster == pytest.approx(here, abs=1e-4)
    assert all(done.values()), "a worker of the cluster had nothing to do"
    assert len(np.unique(here)) == 8
