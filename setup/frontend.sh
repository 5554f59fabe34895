#!/usr/bin/env bash
# Builds frontend/ into the package's static folder. Tailwind reads the class names from the
# templates, so a changed template is a reason to build, too.
set -euo pipefail
cd "$(dirname "$0")/.."

stamps=.venv/.stamps
built=src/dunwell/faces/web/static/dist
wanted=$({
    find frontend -type f -not -path '*/node_modules/*' -print0
    find src/dunwell/faces -type f \( -name '*.html' -o -name '*.py' \) -print0
} | sort -z | xargs -0 sha256sum | sha256sum)
if [ -d $built ] && [ "$(cat $stamps/frontend 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi

echo "构建前端 / building the front end"
PATH="$(setup/find-node.sh):$PATH"
export PATH
cd frontend
locked=$(sha256sum package-lock.json)
if [ ! -d node_modules ] || [ "$(cat ../$stamps/npm 2>/dev/null)" != "$locked" ]; then
    npm ci --no-audit --no-fund --silent
    echo "$locked" >../$stamps/npm
fi
npm run --silent build
echo "$wanted" >../$stamps/frontend
