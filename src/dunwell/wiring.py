"""Which channel fills which port of the flows. The only place that chooses."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from dunwell.channels.documents.agreement import write_docx, write_pdf
from dunwell.channels.files.sheets import write_csv, write_xlsx
from dunwell.channels.sms.aliyun import aliyun_from
from dunwell.channels.sms.callbacks import (
    SECRET_LINE,
    Callbacks,
    NoCallbacks,
    callbacks_from,
    create_secret,
)
from dunwell.channels.sms.gateway import gateway_from
from dunwell.channels.sms.gateways import FILE, KINDS, Fields, Gateways, read_gateways
from dunwell.channels.sms.sandbox import SandboxLine
from dunwell.channels.sms.tencent import tencent_from
from dunwell.channels.voice.choosing import chosen_dialler
from dunwell.core.refusal import Refusal
from dunwell.flows.contact.ports import Dialler, MessageLine
from dunwell.flows.follow_up.agreement import AgreementWriter
from dunwell.flows.prepare.export_cases import Writer

_SHEETS = {"csv": write_csv, "xlsx": write_xlsx}
_AGREEMENTS: dict[str, AgreementWriter] = {"docx": write_docx, "pdf": write_pdf}


class UnknownForm(Refusal):
    """A file form no channel writes. Figures: form, allowed."""

    code = "FILES-UNKNOWN-FORM"


def sheet_writer(
    form: str,
    *,
    titles: Callable[[str], str],
    watermark: Callable[[str, datetime, int], str],
) -> Writer:
    """The writer of `form` (csv, xlsx); the face brings the words. Refuses other forms."""
    if form not in _SHEETS:
        raise UnknownForm(form=form, allowed=", ".join(sorted(_SHEETS)))
    return Writer(ending=form, titles=titles, watermark=watermark, write=_SHEETS[form])


def agreement_writer(form: str) -> AgreementWriter:
    """The writer of agreements as `form` (docx, pdf). Refuses other forms."""
    if form not in _AGREEMENTS:
        raise UnknownForm(form=form, allowed=", ".join(sorted(_AGREEMENTS)))
    return _AGREEMENTS[form]


class ExtraMissing(Refusal):
    """A gateway whose package is not installed. Figures: gateway, extra."""

    code = "GATEWAYS-EXTRA"


def gateway_of(*, lender: str, home: Path) -> str:
    """The gateway a lender (by code) sends through. Refuses what read_gateways refuses."""
    return read_gateways(home).of_lender(lender)


def open_line(*, gateway: str, gateways: Gateways, clock: Callable[[], datetime]) -> MessageLine:
    """The line to a gateway, its settings read and its secrets found; it connects when used.

    `clock` says the moment a cloud's request is signed at.

    Refuses NoSuchGateway, WrongSetting, ExtraMissing and what is wrong with a secret.
    """
    fields = gateways.fields(gateway)
    kind = fields.text("kind", allowed=KINDS)
    if kind == "smpp":
        return _smpp(fields, gateway)
    if kind == "http":
        return gateway_from(fields, name=gateway)
    clouds = {"aliyun": aliyun_from, "tencent": tencent_from}
    if kind in clouds:
        return clouds[kind](fields, name=gateway, clock=clock)
    callbacks_from(fields, name=gateway)
    fields.done()
    return SandboxLine()


def open_lines(*, home: Path, clock: Callable[[], datetime]) -> dict[str, MessageLine]:
    """The line to every gateway of gateways.toml, and the sandbox. Refuses like open_line."""
    gateways = read_gateways(home)
    return {
        name: open_line(gateway=name, gateways=gateways, clock=clock) for name in gateways.names
    }


def callbacks_of(*, gateway: str, home: Path) -> Callbacks | None:
    """How a gateway reaches us; None for one nobody set up for that.

    Refuses what is wrong in gateways.toml.
    """
    gateways = read_gateways(home)
    if gateway not in gateways.names:
        return None
    return callbacks_from(gateways.fields(gateway), name=gateway)


def callback_addresses(*, gateway: str, home: Path, create: bool) -> tuple[Callbacks, bool]:
    """How a gateway reaches us, and whether its secret was made just now (only if `create`).

    Refuses NoSuchGateway, NoCallbacks, and what is wrong in gateways.toml.
    """
    fields = read_gateways(home).fields(gateway)
    over_the_line = fields.text("kind", allowed=KINDS) == "smpp"
    made = create and not over_the_line and create_secret(fields)
    found = None if over_the_line else callbacks_from(fields, name=gateway)
    if found is None:
        raise NoCallbacks(file=FILE, where=fields.where, allowed=SECRET_LINE)
    return found, made


def _smpp(fields: Fields, gateway: str) -> MessageLine:
    try:
        from dunwell.channels.sms.smpp import (  # reason: extra — smpplib may not be there
            SmppLine,
            smpp_from,
        )
    except ModuleNotFoundError as missing:
        if missing.name != "smpplib":
            raise
        raise ExtraMissing(gateway=gateway, extra="smpp") from None
    return SmppLine(smpp_from(fields, name=gateway))


def dialler() -> Dialler:
    """What rings a number here, as the environment says. Refuses WrongVoice."""
    return chosen_dialler(os.environ)
