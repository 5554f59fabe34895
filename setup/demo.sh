#!/usr/bin/env bash
# The demo: an invented lender of $1 loans in .dunwell, its day run, log-ins for every role; then,
# unless $2 is 0, the web on 127.0.0.1:8000. Run again, it does only what is still to be done.
set -euo pipefail
cd "$(dirname "$0")/.."

loans=$1
serve=$2
export DUNWELL_HOME="$PWD/.dunwell" DUNWELL_ENVIRONMENT=demo
unset DUNWELL_DATABASE_URL  # the demo never writes into a database of yours
dunwell=.venv/bin/dunwell
world="$DUNWELL_HOME/world"

if [ -f "$world/loans-made" ] && [ "$(cat "$world/loans-made")" != "$loans" ]; then
    echo "演示已有 $(cat "$world/loans-made") 笔贷款；删除 .dunwell/ 后可换成 $loans 笔。" >&2
    echo "The demo has $(cat "$world/loans-made") loans; remove .dunwell/ to have $loans." >&2
    exit 1
fi

mkdir -p "$DUNWELL_HOME"
$dunwell db migrate
$dunwell demo users >/dev/null # the lender gets its name before its book comes
if ! [ -f "$world/loans-made" ]; then
    rm -rf "$world"
    $dunwell world make --loans "$loans" --seed 1 --out "$world/book"
    mv "$world/book/truth" "$world/truth" # what really is so, which no lender hands over
    echo "$loans" >"$world/loans-made"
fi
if ! [ -f "$world/imported" ]; then
    $dunwell book import "$world/book"
    # The day before too, so that the front page can say what moved.
    $dunwell day run --as-of "$(TZ=Asia/Shanghai date -d yesterday +%F)"
    touch "$world/imported"
fi
$dunwell day run
$dunwell demo users
if [ "$serve" != 0 ]; then
    exec $dunwell serve
fi
