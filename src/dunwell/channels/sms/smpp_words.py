"""What an SMSC says in a deliver_sm: a word about one of our messages, or a message to us.

Called by the SMPP line. A receipt (esm_class 0x04) names the message by TLV where the SMSC
sends one, else in the text that appendix B of SMPP 3.4 describes; the tag is our own
user_message_reference, which many SMSCs bring back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from dunwell.channels.sms.smpp_text import decode, joined, joined_in
from dunwell.channels.sms.told import MOST_ID, code_told, id_told
from dunwell.flows.contact.ports import Heard, Word

RECEIPT, TYPE_BITS = 0x04, 0x3C
IdForm = Literal["same", "hex_answer", "hex_receipt"]
ID_FORMS: tuple[IdForm, ...] = ("same", "hex_answer", "hex_receipt")
"""Some SMSCs answer an id in hexadecimal and write it in decimal into the receipt, or the other
way round; all are brought to decimal."""

_FIELD = re.compile(rb"(id|stat|err):\s*([^\s]*)", re.IGNORECASE)
_STATES: dict[str, Literal["delivered", "failed", "accepted"]] = {
    "DELIVRD": "delivered", "EXPIRED": "failed", "DELETED": "failed", "UNDELIV": "failed",
    "REJECTD": "failed", "ACCEPTD": "accepted", "ENROUTE": "accepted",
}  # fmt: skip
_OF_TLV = {
    1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD",
    7: "UNKNOWN", 8: "REJECTD",
}  # fmt: skip


def is_receipt(pdu: Any) -> bool:
    """Whether a deliver_sm speaks of a message of ours."""
    return bool((pdu.esm_class or 0) & TYPE_BITS == RECEIPT)


def word_in(pdu: Any, *, gateway: str, ids: IdForm) -> Word | None:
    """The word of a receipt; None where it says nothing that is known."""
    told = {name.lower(): value for name, value in _FIELD.findall(_body(pdu))}
    stat = _OF_TLV.get(pdu.message_state or 0) or _text(told.get(b"stat", b"")).upper()
    state = _STATES.get(stat[:7])
    if state is None:
        return None
    number = _text(pdu.receipted_message_id) or _text(told.get(b"id", b""))
    return Word(
        gateway=gateway,
        state=state,
        gateway_id=plain_id(number, ids="hex_answer" if ids == "hex_receipt" else "same"),
        code="" if state == "delivered" else code_told(f"{stat[:7]} {_err(told)}".strip()),
        phone=_text(pdu.source_addr),
        tag=pdu.user_message_reference,
        of_part=True,
    )


def reply_in(pdu: Any, *, gateway: str, now: datetime) -> Heard:
    """A message that a person sent, or one part of it: joined by a user data header, or by SAR."""
    data, esm_class = _body(pdu), pdu.esm_class or 0
    text = decode(data, data_coding=pdu.data_coding or 0, esm_class=esm_class)
    part = joined_in(data, esm_class=esm_class) or joined(
        pdu.sar_msg_ref_num or 0,
        place=pdu.sar_segment_seqnum or 0,
        parts=pdu.sar_total_segments or 0,
    )
    return Heard(gateway, "", _text(pdu.source_addr), text, now, part)


def plain_id(number: str, *, ids: IdForm) -> str:
    """The id of an answer, in decimal where the SMSC answers in hexadecimal.

    >>> plain_id("1F", ids="hex_answer"), plain_id("1F", ids="same")
    ('31', '1F')
    """
    number = id_told(number)
    if ids != "hex_answer":
        return number
    try:
        return str(int(number, 16))[:MOST_ID]
    except ValueError:
        return number


def _err(told: Mapping[bytes, bytes]) -> str:
    return _text(told.get(b"err", b""))


def _body(pdu: Any) -> bytes:
    return bytes(pdu.short_message or pdu.message_payload or b"")


def _text(value: bytes | str | None) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value or ""
