#!/bin/sh
# Make .venv with the interpreter $1, or say in one line what is missing.
# A .venv of that interpreter is kept; one of another is made anew.
set -eu

python=$1
command -v "$python" >/dev/null 2>&1 || {
    echo "make setup: no program '$python' found; name one with PYTHON=..., for example PYTHON=python3.12" >&2
    exit 1
}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "make setup: expected Python 3.11 or later, '$python' is $("$python" -V 2>&1); name another with PYTHON=..." >&2
    exit 1
}
"$python" -c 'import venv, ensurepip' 2>/dev/null || {
    echo "make setup: '$python' lacks the venv module or its ensurepip; on Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
}
base='import sys; print(sys.base_prefix, sys.version)'
if [ -x .venv/bin/python ] && [ "$(.venv/bin/python -c "$base" 2>&1)" = "$("$python" -c "$base")" ]; then
    exit 0
fi
echo "Making .venv with $("$python" -V 2>&1); the first time takes a minute or two."
"$python" -m venv --clear .venv
