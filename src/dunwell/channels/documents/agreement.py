"""The agreement of a plan as docx and as PDF: one page, amounts in figures and in words.

Fills the AgreementWriter port of flows.follow_up.agreement. The wording is in the templates of
packs/house/documents, which a lender may change with Word or a text editor; what stands in the
fields is escaped. The same agreement makes the same bytes. Amounts arrive in fen.
"""

from __future__ import annotations

import io
import zipfile
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import jinja2

from dunwell.channels.documents.amount_words import amount_words
from dunwell.core.money import plain_yuan
from dunwell.flows.follow_up.agreement import Agreement

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment a zip file can name: a document carries no time of making."""


def write_docx(agreement: Agreement, *, sha256: str) -> bytes:
    """The agreement as a Word document."""
    from docxtpl import DocxTemplate  # reason: heavy — only documents need it

    template = DocxTemplate(io.BytesIO(_template("agreement.docx").read_bytes()))
    template.render(fields_of(agreement, sha256=sha256), autoescape=True)
    made = io.BytesIO()
    template.save(made)
    return _timeless(made.getvalue())


def write_pdf(agreement: Agreement, *, sha256: str) -> bytes:
    """The agreement as PDF."""
    from weasyprint import HTML  # reason: heavy — only documents need it

    written = html_of(agreement, sha256=sha256)
    made = HTML(string=written, url_fetcher=_nothing).write_pdf(
        pdf_identifier=bytes.fromhex(sha256)[:16]
    )
    return bytes(made)


def html_of(agreement: Agreement, *, sha256: str) -> str:
    """The page the PDF is made of."""
    lines = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = lines.from_string(_template("agreement.html").read_text("utf-8"))
    return template.render(fields_of(agreement, sha256=sha256))


def fields_of(agreement: Agreement, *, sha256: str) -> dict[str, Any]:
    """What stands in the fields of the templates."""
    parts = (
        ("本金", agreement.principal_fen),
        ("利息", agreement.interest_fen),
        ("罚息", agreement.penalty_fen),
        ("费用", agreement.fee_fen + agreement.cost_fen),
    )
    return {
        "number": agreement.number,
        "lender": agreement.lender,
        "borrower": agreement.borrower,
        "call_back": agreement.call_back or "________",
        "loans": "、".join(agreement.loans),
        "agreed_on": _day(agreement),
        "parts": [{"name": name, "yuan": plain_yuan(fen)} for name, fen in parts if fen],
        "debt": plain_yuan(agreement.debt_fen),
        "debt_words": amount_words(agreement.debt_fen),
        "relief": plain_yuan(agreement.relief_fen),
        "relief_words": amount_words(agreement.relief_fen),
        "has_relief": agreement.relief_fen > 0,
        "pays": plain_yuan(agreement.pays_fen),
        "pays_words": amount_words(agreement.pays_fen),
        "lines": [
            {"seq": line.seq, "on": line.due_on.isoformat(), "yuan": plain_yuan(line.amount_fen)}
            for line in agreement.lines
        ],
        "breaks_after": agreement.breaks_after_days,
        "hash": sha256,
    }


def _day(agreement: Agreement) -> str:
    on = agreement.agreed_on
    return f"{on.year}年{on.month}月{on.day}日"


def _template(name: str) -> Traversable:
    return files("dunwell.packs").joinpath("house", "documents", name)


def _timeless(made: bytes) -> bytes:
    """The same document without the times at which its parts were written."""
    plain = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as source,
        zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in sorted(
            source.namelist(), key=lambda each: (each != "[Content_Types].xml", each)
        ):
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return plain.getvalue()


def _nothing(url: str) -> dict[str, Any]:
    """A document fetches nothing, from nowhere."""
    raise ValueError("a document refers to nothing outside itself")
