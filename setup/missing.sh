#!/usr/bin/env bash
# Prints the Debian packages of the named group that are missing here; nothing when all is there.
#
#   venv       without it nothing works
#   documents  PDF letters, Chinese glyphs in screenshots
#   trees      LightGBM, of which a wheel holds all but the OpenMP library
#   browser    the tests that drive a browser
#   peers      the tests that send through somebody else's SMSC and gateway
set -euo pipefail
cd "$(dirname "$0")/.."

# Where there is no Python yet, nothing that needs one is there either.
python=$(setup/find-python.sh 2>/dev/null) || python=false

has_venv() { "$python" -c 'import ensurepip, venv' 2>/dev/null; }

has_library() {
    "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null
}

has_chinese_font() {
    dpkg-query -W -f '${Status}' fonts-noto-cjk 2>/dev/null | grep -q 'ok installed' ||
        { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn family)" ]; }
}

case "$1" in
venv) has_venv || echo python3-venv ;;
documents)
    has_chinese_font || echo fonts-noto-cjk
    has_library libpango-1.0.so.0 || echo libpango-1.0-0
    has_library libpangoft2-1.0.so.0 || echo libpangoft2-1.0-0
    has_library libharfbuzz-subset.so.0 || echo libharfbuzz-subset0
    ;;
trees) has_library libgomp.so.1 || echo libgomp1 ;;
browser)
    [ -n "$(setup/find-chromium.sh)" ] || echo chromium
    has_library libatomic.so.1 || echo libatomic1 # for the node inside playwright
    ;;
peers)
    perl -MNet::SMPP -e '' 2>/dev/null || echo libnet-smpp-perl
    [ -x /usr/sbin/bearerbox ] && [ -x /usr/sbin/smsbox ] || echo kannel
    ;;
*) echo "setup/missing.sh: no group named $1" >&2 && exit 2 ;;
esac
