"""The two PDUs a sender spends its time on, written and read without detours.

smpplib makes every PDU field by field from tables, which costs more than the permit of the
message. Called by smpp_link; a test holds these bytes equal to smpplib's. SMPP 3.4, 4.4.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

SUBMIT_SM, SUBMIT_SM_RESP = 0x00000004, 0x80000004
_USER_MESSAGE_REFERENCE = struct.Struct(">HHH")
_HEADER = struct.Struct(">LLLL")


class SubmitResp(NamedTuple):
    """What the SMSC answered to one submit_sm; named like the PDUs of smpplib."""

    sequence: int
    status: int
    message_id: bytes
    command: str = "submit_sm_resp"


def submit_sm(
    sequence: int,
    *,
    service_type: str,
    source: tuple[int, int, str],
    dest: tuple[int, int, str],
    esm_class: int,
    data_coding: int,
    reference: int,
    short_message: bytes,
) -> bytes:
    """One submit_sm that asks for a receipt. `source` and `dest`: type, plan, address."""
    body = b"".join(
        (
            service_type.encode("ascii"),
            b"\0",
            _address(source),
            _address(dest),
            bytes([esm_class, 0, 0, 0, 0, 1, 0, data_coding, 0, len(short_message)]),
            short_message,
            _USER_MESSAGE_REFERENCE.pack(0x0204, 2, reference),
        )
    )
    return _HEADER.pack(_HEADER.size + len(body), SUBMIT_SM, 0, sequence) + body


def submit_resp(data: bytes) -> SubmitResp | None:
    """The answer in `data`, or None where it is another PDU."""
    _, command, status, sequence = _HEADER.unpack_from(data)
    if command != SUBMIT_SM_RESP:
        return None
    return SubmitResp(sequence, status, data[_HEADER.size :].partition(b"\0")[0])


def _address(told: tuple[int, int, str]) -> bytes:
    kind, plan, address = told
    return bytes([kind, plan]) + address.encode("ascii") + b"\0"
