#!/bin/sh
# Make the environment from the wheels alone, once, then open JupyterLab.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python{python}}
command -v "$python" >/dev/null 2>&1 || python=python3
"$python" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "{python}")' || {
    echo "start.sh: expected Python {python}, found $("$python" -V 2>&1)." >&2
    echo "Name the right one: PYTHON=/path/to/python{python} sh start.sh" >&2
    exit 1
}
if [ ! -e .venv/installed ]; then
    echo "Making the environment; this takes about a minute, once."
    "$python" -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --no-index --find-links wheels -r requirements.txt
    touch .venv/installed
fi
exec .venv/bin/python -m jupyterlab notebooks "$@"
