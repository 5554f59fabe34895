#!/usr/bin/env bash
# Prints the Python to build with: $PYTHON if given, else the first of the usual names that is
# 3.11, 3.12 or 3.13 (requirements/ is locked for 3.11 and installs on all three).
set -euo pipefail

for name in ${PYTHON:-python3.11 python3 python3.12 python3.13}; do
    path=$(command -v "$name") || continue
    if "$path" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
        echo "$path"
        exit 0
    fi
done
echo "需要 Python 3.11–3.13 / Python 3.11 to 3.13 is needed:  sudo apt-get install python3 python3-venv" >&2
exit 1
