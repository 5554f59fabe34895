"""Whatever is altered in a receipt, it is no receipt any more: here, and in the docs' program."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.receipt import (
    BrokenChain,
    NotAReceipt,
    canonical,
    check_chain,
    fingerprint,
    hash_of,
    read_document,
    write_document,
)
from dunwell.core.refusal import Refusal
from dunwell.store.vault.signing import signature_fits
from tests.core.receipt.receipts import BODY, FILE, SIGNER
from tests.house.tree import ROOT


def _program() -> ModuleType:
    path = ROOT / "docs" / "verify_receipt.py"
    spec = importlib.util.spec_from_file_location("verify_receipt", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PROGRAM = _program()


def good(content: bytes) -> bool:
    try:
        document = read_document(content)
    except Refusal:
        return False
    return signature_fits(
        public_key=document.public_key, signature=document.signature, message=document.signed
    )


def good_for_the_program(content: bytes) -> bool:
    try:
        PROGRAM.verify(content)
    except PROGRAM.Bad:
        return False
    return True


def test_a_receipt_as_it_was_signed_is_good():
    assert good(FILE)
    assert good_for_the_program(FILE)
    assert PROGRAM.fingerprint(SIGNER.public_key) == fingerprint(SIGNER.public_key)


def test_every_byte_counts():
    for at in range(len(FILE)):
        for bit in range(8):
            altered = bytearray(FILE)
            altered[at] ^= 1 << bit
            assert not good(bytes(altered)), (at, bit)


def test_every_byte_counts_for_the_program_in_the_docs():
    for at in range(len(FILE)):
        altered = bytearray(FILE)
        altered[at] ^= 1 << at % 8
        assert not good_for_the_program(bytes(altered)), at


@given(at=st.integers(0, len(FILE)), extra=st.binary(min_size=1, max_size=4), cut=st.integers(0, 4))
def test_nothing_is_put_in_or_taken_out(at, extra, cut):
    altered = FILE[:at] + extra + FILE[at + cut :]
    if altered != FILE:
        assert not good(altered)
        assert not good_for_the_program(altered)


@given(message=st.binary(max_size=200), other=st.binary(max_size=200))
def test_both_ways_of_verifying_agree(message, other):
    signature = SIGNER.sign(message)
    for told in (message, other):
        fits = signature_fits(public_key=SIGNER.public_key, signature=signature, message=told)
        assert PROGRAM.signature_fits(SIGNER.public_key, signature, told) == fits
        assert fits == (told == message)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b"null", b"\xff", b'"' * 9, b"[" * 100_000,
        canonical({"receipt": {}, "signature": ""}),
        canonical({"receipt": {**BODY, "more": 1}, "signature": "0" * 128}),
        canonical({"receipt": {**BODY, "public_key": 5}, "signature": "0" * 128}),
        b'{"receipt": {}, "receipt": {}, "signature": ""}',
    ],
)  # fmt: skip
def test_what_is_no_receipt_is_refused_and_nothing_breaks(content):
    with pytest.raises(NotAReceipt):
        read_document(content)
    assert not good_for_the_program(content)


def test_a_chain_is_broken_by_a_receipt_left_out():
    second = {**BODY, "place": 2, "previous_hash": hash_of(BODY)}
    third = {**BODY, "place": 3, "previous_hash": hash_of(second)}
    check_chain([BODY, second, third])
    with pytest.raises(BrokenChain):
        check_chain([BODY, third])


def test_a_receipt_signed_by_somebody_else_shows_another_fingerprint():
    other = type(SIGNER)(bytes(32))
    body = {**BODY, "public_key": other.public_key.hex()}
    forged = write_document(canonical(body), other.sign(canonical(body)))
    assert good(forged)
    assert fingerprint(other.public_key) != fingerprint(SIGNER.public_key)
    with pytest.raises(PROGRAM.Bad):
        PROGRAM.verify(forged, key=fingerprint(SIGNER.public_key))
