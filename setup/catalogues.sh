#!/usr/bin/env bash
# Compiles the .po catalogues of the screens into the .mo files that Django reads.
set -euo pipefail
cd "$(dirname "$0")/.."

find src/dunwell -path '*/LC_MESSAGES/*.po' | while read -r source; do
    compiled=${source%.po}.mo
    [ "$compiled" -nt "$source" ] ||
        .venv/bin/pybabel --quiet compile --input-file "$source" --output-file "$compiled"
done
