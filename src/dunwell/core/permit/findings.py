"""What a rule answers with, and the four verdicts from mild to severe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

Verdict = Literal["allow", "warn", "needs_approval", "refuse"]
VERDICTS: Final[tuple[Verdict, ...]] = ("allow", "warn", "needs_approval", "refuse")
"""From mild to severe: the worst of all findings is the answer."""

SEVERITY: Final[Mapping[str, int]] = {verdict: rank for rank, verdict in enumerate(VERDICTS)}

Figure = str | int | list[str] | list[list[int]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that was hit: how badly, by which figures, and when time alone would lift it.

    `until_at` None: time does not lift it. `said_as` names the sentence where a code has
    more than one. `parameter` names the number whose source is the clause; without it
    the rule's own clause counts. `lifted_by` are the kinds of consent or approval that
    lift this finding.
    """

    code: str
    verdict: Verdict
    figures: Mapping[str, Figure] = field(default_factory=dict)
    until_at: datetime | None = None
    said_as: str = ""
    parameter: str = ""
    lifted_by: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The code of the sentence that says this finding."""
        return self.said_as or self.code
