#!/usr/bin/env bash
# Runs the tests, all of them where a browser is installed; arguments go to pytest. Where there is
# none the browser tests are left out and that is said; under CI setup/system.sh has stopped before.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=()
if [ -n "$(setup/missing.sh browser)" ]; then
    echo "没有浏览器，浏览器测试不运行 / no browser here: its tests are left out" >&2
    wanted=(-m "not browser")
fi
exec .venv/bin/pytest -q "${wanted[@]}" "$@"
