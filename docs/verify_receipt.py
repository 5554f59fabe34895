#!/usr/bin/env python3
"""Verify a Dunwell receipt with nothing but Python: no Dunwell, no network, no packages.

    python verify_receipt.py RECEIPT [RECEIPT ...] [--key FINGERPRINT] [--text FILE]

A receipt says that a contact was permitted, by which rules and on which facts. This
program checks that the file is unaltered since it was signed (Ed25519, RFC 8032) and
prints the fingerprint of the key: compare it with the one the institution publishes.
Several receipts of one borrower, given in order, are checked as a chain as well.
--key    refuse unless signed by the key of this fingerprint (spaces do not matter)
--text   refuse unless this file is the very text that was permitted
Exit code: 0 all good, 1 not.  用法见 docs/zh/receipts.md。
"""

import argparse
import hashlib
import json
import re
import sys

# Ed25519 as RFC 8032 writes it, verification only. Nothing here is secret, so that plain
# integer arithmetic will do.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
BASE_Y = 4 * pow(5, P - 2, P) % P


def recover_x(y, sign):
    if y >= P:
        raise ValueError("not a point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        if sign:
            raise ValueError("not a point of the curve")
        return 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        raise ValueError("not a point of the curve")
    return P - x if x & 1 != sign else x


def point(x, y):
    return (x, y, 1, x * y % P)


def add(one, two):
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c = 2 * one[3] * two[3] * D % P
    d = 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number, what):
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = add(found, what)
        what = add(what, what)
        number >>= 1
    return found


def same(one, two):
    return (
        not (one[0] * two[2] - two[0] * one[2]) % P and not (one[1] * two[2] - two[1] * one[2]) % P
    )


def decode(raw):
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    return point(recover_x(y, sign), y)


BASE = point(recover_x(BASE_Y, 0), BASE_Y)


def signature_fits(public_key, signature, message):
    """Whether the holder of `public_key` signed `message` (bytes of 32, 64 and any length)."""
    try:
        key, nonce = decode(public_key), decode(signature[:32])
    except ValueError:
        return False
    number = int.from_bytes(signature[32:], "little")
    if number >= ORDER:
        return False
    mixed = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(mixed, "little") % ORDER
    return same(times(number, BASE), add(nonce, times(challenge, key)))


class Bad(Exception):
    """Why a file is not accepted."""


def canonical(content):
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def read(content):
    """The receipt and its signature, if the file is written exactly as receipts are."""
    try:
        found = json.loads(content)
        spelled = canonical(found)
    except (ValueError, RecursionError):
        raise Bad("not a receipt: no JSON / 不是凭证") from None
    if spelled != content:
        raise Bad("altered: not the spelling of a receipt / 已被改动")
    if not isinstance(found, dict) or found.keys() != {"receipt", "signature"}:
        raise Bad("not a receipt: wrong keys / 不是凭证")
    receipt, signature = found["receipt"], found["signature"]
    if not isinstance(receipt, dict) or receipt.get("format") != "dunwell-receipt-1":
        raise Bad("not a receipt: unknown format / 不是凭证")
    hexes = ((receipt.get("public_key"), 64), (signature, 128), (receipt.get("previous_hash"), 64))
    for value, length in hexes:
        if not isinstance(value, str) or not re.fullmatch(f"[0-9a-f]{{{length}}}", value):
            raise Bad("altered: key, hash or signature is not hexadecimal / 已被改动")
    return receipt, bytes.fromhex(signature)


def fingerprint(public_key):
    digits = hashlib.sha256(public_key).hexdigest()[:32]
    return " ".join(digits[at : at + 4] for at in range(0, 32, 4))


def verify(content, key=None, text=None):
    """The receipt in `content`; raises Bad if anything about it is not right."""
    receipt, signature = read(content)
    public_key = bytes.fromhex(receipt["public_key"])
    if not signature_fits(public_key, signature, canonical(receipt)):
        raise Bad("the signature does not fit / 签名不符")
    if key is not None and key.replace(" ", "") != fingerprint(public_key).replace(" ", ""):
        raise Bad("signed by another key / 由另一把密钥签名: " + fingerprint(public_key))
    if text is not None and receipt.get("content_hash") != hashlib.sha256(text).hexdigest():
        raise Bad("another text was permitted / 许可的是另一段文字")
    return receipt


def main():
    parser = argparse.ArgumentParser(description="Verify Dunwell receipts. 验证善催凭证。")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--key")
    parser.add_argument("--text")
    asked = parser.parse_args()
    previous = None
    for name in asked.files:
        try:
            text = None
            if asked.text:
                with open(asked.text, "rb") as file:
                    text = file.read()
            with open(name, "rb") as file:
                receipt = verify(file.read(), asked.key, text)
            if previous is not None and receipt["previous_hash"] != previous:
                raise Bad("does not follow the receipt before it / 与前一张不相接")
        except (Bad, OSError) as why:
            print(f"BAD  {name}: {why}", file=sys.stderr)
            return 1
        previous = hashlib.sha256(canonical(receipt)).hexdigest()
        key = fingerprint(bytes.fromhex(receipt["public_key"]))
        print(f"GOOD {name}: permit {receipt['permit']}, {receipt['lender']}, {receipt['channel']}")
        print(f"     {receipt['used_at']}, {receipt['verdict']}, key {key}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
