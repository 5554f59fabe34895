#!/usr/bin/env bash
# Writes requirements/*.txt: every package with its hashes, no index named.
set -euo pipefail
cd "$(dirname "$0")/.."

compile=(.venv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11)
"${compile[@]}" --all-extras --group dev pyproject.toml -o requirements/dev.txt "$@"
"${compile[@]}" requirements/bootstrap.in -o requirements/bootstrap.txt "$@"
"${compile[@]}" requirements/node.in -o requirements/node.txt "$@"
