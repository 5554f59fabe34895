"""`tel:` links: the officer's own phone rings the number. The default, needs no switch.

The number leaves the house only inside the link, and only for a permit that was used.
"""

from __future__ import annotations

from dunwell.flows.contact.ports import Dialled, UsedPermit

NAME = "tel"


class TelLink:
    """Answers with a link to follow."""

    def dial(self, *, permit: UsedPermit, number: str, line: str) -> Dialled:
        """The link of the number (RFC 3966, digits and a leading + only)."""
        kept = "".join(char for char in number if char.isdigit())
        return Dialled("link", f"tel:{'+' if number.strip().startswith('+') else ''}{kept}")
