"""A JupyterLab for a test: settings, data and kernels of its own, and no news."""

import contextlib
import json
import os
import subprocess
import sys
import time

SETTINGS = [
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port=0",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.news_url=None",
    "--LabApp.extension_manager=readonly",
]
PLACES = [f"JUPYTER_{kind}_DIR" for kind in ("CONFIG", "DATA", "RUNTIME")]


@contextlib.contextmanager
def started(folder, own, *settings):
    """The address and the token of a JupyterLab that shows a folder.

    own: the folder of what it writes for itself
    """
    log = own / "lab.log"
    places = {name: str(own / name.lower()) for name in (*PLACES, "IPYTHONDIR")}
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *SETTINGS, *settings],
            cwd=folder,
            env=os.environ | places,
            stdout=file,
            stderr=file,
        )
    try:
        yield address(process, own / "jupyter_runtime_dir", log)
    finally:
        process.terminate()
        process.wait(timeout=20)


def address(process, runtime, log, seconds=60):
    """Where the server that was just started listens, and its token."""
    for _ in range(10 * seconds):
        if found := [*runtime.glob("jpserver-*.json")]:
            server = json.loads(found[0].read_text("utf-8"))
            return server["url"], server["token"]
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start: {log.read_text('utf-8')}")
