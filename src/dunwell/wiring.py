"""Which channel fills which port of the flows. The only place that chooses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dunwell.channels.files.sheets import write_csv, write_xlsx
from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.export_cases import Writer

_SHEETS = {"csv": write_csv, "xlsx": write_xlsx}


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
