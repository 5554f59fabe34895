#!/usr/bin/env bash
# Sees to the system packages that the named groups need (setup/missing.sh says which).
#
# As root it installs what is missing. Otherwise it names the one line to run, and then stops when
# nothing works without the group (venv), or goes on and says what will not work (the others).
# Under CI every group is needed: a test that was left out would look like a test that passed.
set -euo pipefail
cd "$(dirname "$0")/.."

without() {
    case "$1" in
    documents) echo "没有它们，PDF 文书和中文截图不能生成；其余照常。Without them no PDF letters and no Chinese glyphs in screenshots; all else works." ;;
    trees) echo "没有它，评级的树模型不能训练和评分；评分卡照常。Without it no grading by trees; points cards work." ;;
    peers) echo "没有对端网关，短信通道的测试不运行；其余照常。Without a peer the tests of message gateways are left out; all else runs." ;;
    browser) echo "没有浏览器，浏览器测试不运行；其余照常。Without a browser the browser tests are left out; all else runs." ;;
    esac
}

packages=()
for group in "$@"; do
    mapfile -t missing < <(setup/missing.sh "$group")
    [ "${#missing[@]}" -gt 0 ] || continue
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        packages+=("${missing[@]}")
        continue
    fi
    echo "缺少系统包，请运行 / missing system packages, please run:" >&2
    echo "    sudo apt-get install ${missing[*]}" >&2
    if [ "$group" = venv ] || [ "${CI:-}" = true ]; then
        exit 1
    fi
    without "$group" >&2
done

if [ "${#packages[@]}" -gt 0 ]; then
    echo "安装系统包 / installing system packages: ${packages[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi
