"""What the publishing of policy documents refuses. Figures hold kinds, days and row ids."""

from __future__ import annotations

from dunwell.core.refusal import Refusal


class DocumentSame(Refusal):
    """The very same text counts on that day already. Figures: kind, name, from_on."""

    code = "DOCUMENT-SAME"


class DocumentTooEarly(Refusal):
    """A document counts from today or later: what was decided stays. Figures: from_on, day."""

    code = "DOCUMENT-TOO-EARLY"


class NoSuchDocument(Refusal):
    """There is no document of that number. Figures: document."""

    code = "DOCUMENT-NO-SUCH"


class DocumentRuled(Refusal):
    """A proposed document is answered once. Figures: document."""

    code = "DOCUMENT-RULED"


class OwnDocument(Refusal):
    """A second person approves, not the one who proposed. Figures: document."""

    code = "DOCUMENT-OWN"


class NotYourDocument(Refusal):
    """Only who proposed a document withdraws it. Figures: document."""

    code = "DOCUMENT-NOT-YOURS"


class DocumentMoved(Refusal):
    """Another text counts now than when this was proposed. Figures: document, kind."""

    code = "DOCUMENT-MOVED"


class CardNotBetter(Refusal):
    """A learned card that does not beat the one in force by more than the fold spread.

    Figures: new, old, spread, breaches, rows.
    """

    code = "CARD-NOT-BETTER"


class OnlyCardsReplace(Refusal):
    """A trained folder that holds no points card. Figures: model."""

    code = "CARD-ONLY"


class CardUnshown(Refusal):
    """A learned card proposed without the comparison that shows it is better. Figures: card."""

    code = "CARD-UNSHOWN"


class NoSuchDraft(Refusal):
    """There is no such draft of this person, or it was thrown away. Figures: draft."""

    code = "DOCUMENT-NO-SUCH-DRAFT"


class PreviewBroken(Refusal):
    """A preview that came to no end; nothing was written. No figures."""

    code = "DOCUMENT-PREVIEW-BROKEN"


class ExperimentUnshown(Refusal):
    """An experiment is proposed with what it can show, by its own flow. Figures: experiment."""

    code = "EXPERIMENT-UNSHOWN"


class ExperimentBlind(Refusal):
    """Only an effect beyond anything realistic would be seen. Figures: arm, per_arm, points,
    realistic_points, needed."""

    code = "EXPERIMENT-BLIND"


class ExperimentTaken(Refusal):
    """Another experiment of that id was published; results must not mix. Figures: experiment."""

    code = "EXPERIMENT-TAKEN"


class NoSuchExperiment(Refusal):
    """No published experiment of that id. Figures: experiment, allowed."""

    code = "EXPERIMENT-NO-SUCH-ONE"


class ExperimentOver(Refusal):
    """Only what runs or is to come is stopped. Figures: experiment, state."""

    code = "EXPERIMENT-OVER"
