#!/usr/bin/env bash
# Makes .venv hold exactly what requirements/dev.txt locks, and this source tree itself.
#
# Packages come from wherever pip is set up to look: uv is told the index that pip uses, and no
# host is ever written here.
set -euo pipefail
cd "$(dirname "$0")/.."

python=$(setup/find-python.sh)
stamps=.venv/.stamps
wanted=$({
    "$python" --version
    cat requirements/bootstrap.txt requirements/dev.txt pyproject.toml
} | sha256sum)

# Scripts inside a virtual environment hold its full path: one that was moved is made anew.
if [ -d .venv ] && { ! .venv/bin/python -c '' 2>/dev/null ||
    { [ -f $stamps/place ] && [ "$(cat $stamps/place)" != "$PWD" ]; }; }; then
    rm -rf .venv
fi
[ "$(cat $stamps/python 2>/dev/null)" != "$wanted" ] || exit 0

echo "准备 Python 环境 / preparing the Python environment"
[ -d .venv ] || "$python" -m venv .venv
mkdir -p $stamps
pwd >$stamps/place
.venv/bin/python -m pip install --quiet --require-hashes -r requirements/bootstrap.txt
index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)
index=${PIP_INDEX_URL:-$index}
[ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"
export VIRTUAL_ENV="$PWD/.venv"
.venv/bin/uv pip sync --quiet --require-hashes requirements/dev.txt
.venv/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .
echo "$wanted" >$stamps/python
