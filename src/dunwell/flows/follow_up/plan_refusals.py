"""What the flows of plans and approvals refuse. Sentences are in faces/words (plans)."""

from __future__ import annotations

from dunwell.core.refusal import Refusal


class PlanCaseClosed(Refusal):
    """Nothing is overdue any more, or the case is not there. Figures: case."""

    code = "PLAN-CASE-CLOSED"


class PlanGoesAlready(Refusal):
    """The case has a plan that goes. Figures: case, plan."""

    code = "PLAN-GOES-ALREADY"


class PlanOverCap(Refusal):
    """What the plan costs a year is above the cap. Figures: all_in_ppm, cap_ppm."""

    code = "PLAN-OVER-CAP"


class BeyondAuthority(Refusal):
    """More relief or installments than anybody may agree to. Figures: relief_ppm, installments,
    most_relief_ppm, most_installments."""

    code = "PLAN-BEYOND-AUTHORITY"


class PlanDays(Refusal):
    """Days that do not rise, begin in the past or end too far off. Figures: first_on, last_on,
    latest_on, day."""

    code = "PLAN-DAYS"


class NeedsApproval(Refusal):
    """A plan that another person must approve first. Figures: role."""

    code = "PLAN-NEEDS-APPROVAL"


class NotApproved(Refusal):
    """A request that is not approved, is for another case, or is agreed already. Figures:
    request, why (open, declined, withdrawn, other_kind, used)."""

    code = "PLAN-NOT-APPROVED"


class DebtMoved(Refusal):
    """The debt is another than the one that was approved. Figures: approved_fen, now_fen."""

    code = "PLAN-DEBT-MOVED"


class NoSuchPlanToShow(Refusal):
    """No plan of that number. Figures: plan."""

    code = "PLAN-NO-SUCH"


class NoSuchApproval(Refusal):
    """No request of that number. Figures: request."""

    code = "APPROVAL-NO-SUCH"


class AnsweredAlready(Refusal):
    """Somebody has answered, or it was taken back. Figures: request, verdict."""

    code = "APPROVAL-ANSWERED"


class NotYoursToAnswer(Refusal):
    """One's own request, or one for another role. Figures: request, role, own."""

    code = "APPROVAL-NOT-YOURS"


class ApprovalDay(Refusal):
    """A day that is past, or further off than an approval lasts. Figures: asked_on, day,
    latest_on."""

    code = "APPROVAL-DAY"


class ApprovalInVain(Refusal):
    """What is asked for stays refused whoever approves it. Figures: case, codes."""

    code = "APPROVAL-IN-VAIN"
