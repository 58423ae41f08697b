"""Build the book from nothing, executing every notebook; any warning fails.

The result lies in _build/strict/_build/html, apart from what `make book` makes.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
OUT = ROOT / "_build" / "strict"


def strict_config(config):
    """The book's configuration with execution on, and paths that hold anywhere."""
    config["execute"] |= {"execute_notebooks": "force", "show_tb": True}
    extensions = config["sphinx"]["local_extensions"]
    for name, folder in extensions.items():
        extensions[name] = str(ROOT / folder)
    return config


def main():
    """Build; the exit code is that of jupyter-book."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    path = OUT / "_config.yml"
    path.write_text(yaml.safe_dump(strict_config(config)), "utf-8")
    build = ["jupyter-book", "build", ".", "-W", "-n", "--keep-going"]
    command = [Path(sys.executable).with_name(build[0]), *build[1:]]
    return subprocess.run(
        [*command, "--config", path, "--path-output", OUT],
        cwd=ROOT,
        env=os.environ | {"TQDM_DISABLE": "1"},
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
