"""What the publishing of packs refuses. Figures hold names, days and row ids."""

from __future__ import annotations

from dunwell.core.refusal import Refusal


class NoSuchNumber(Refusal):
    """A number the pack does not hold, or one that no pack publishes. Figures: pack, parameter."""

    code = "PUBLISH-NO-SUCH-NUMBER"


class NoChange(Refusal):
    """The value counts already on that day and is checked. Figures: parameter, value, from_on."""

    code = "PUBLISH-NO-CHANGE"


class TooEarly(Refusal):
    """A change counts from a day to come, so that no day has two rules. Figures: from_on, day."""

    code = "PUBLISH-TOO-EARLY"


class NotChecked(Refusal):
    """The text was not compared lately, or the recheck is due already.

    Figures: checked_on, recheck_by, day.
    """

    code = "PUBLISH-NOT-CHECKED"


class SourceMissing(Refusal):
    """A number without an instrument and clause is not published. Figures: parameter."""

    code = "PUBLISH-NO-SOURCE"


class NoSuchProposal(Refusal):
    """There is no proposal of that number. Figures: proposal."""

    code = "PUBLISH-NO-SUCH-PROPOSAL"


class RuledAlready(Refusal):
    """A proposal is answered once. Figures: proposal."""

    code = "PUBLISH-RULED"


class OwnProposal(Refusal):
    """A second person approves, not the one who proposed. Figures: proposal."""

    code = "PUBLISH-OWN"


class NotYourSet(Refusal):
    """Only who made a proposal may add numbers of the same pack to it. Figures: proposal, pack."""

    code = "PUBLISH-NOT-YOUR-SET"


class SetGrew(Refusal):
    """A number joined the proposal since it was looked at. Figures: proposal, numbers."""

    code = "PUBLISH-GREW"


class PackMoved(Refusal):
    """The pack was changed since the proposal was made. Figures: proposal, pack."""

    code = "PUBLISH-PACK-MOVED"
