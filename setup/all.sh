#!/usr/bin/env bash
# From a fresh clone to a place where Dunwell runs: system packages, Python packages, front end,
# catalogues. Every step is skipped when nothing it depends on has changed.
#
#   setup/all.sh              what `make demo` needs
#   setup/all.sh --to-test    that, and what the tests need: a browser, an SMSC, a gateway
set -euo pipefail
cd "$(dirname "$0")/.."

needs=(venv documents trees)
[ "${1:-}" != --to-test ] || needs+=(browser peers)
setup/system.sh "${needs[@]}"
setup/python.sh
setup/frontend.sh
setup/catalogues.sh
