"""The calculator's cards as rows of a table: what each asks, costs and needs, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dunwell.core.money import format_yuan
from dunwell.core.plan import Offer, Relief
from dunwell.faces.web.access.labels import ROLES
from dunwell.faces.web.approvals.labels import STRAINS, percent

CERTAIN_PPM = 1_000_000


def key_of(offer: Offer) -> str:
    """The terms of an offer as one word, so that the very same is reckoned again when chosen."""
    relief = offer.relief
    return f"{offer.shape}:{len(offer.lines)}:{relief.penalty_fen}:{relief.interest_fen}"


def terms_in(key: str) -> tuple[str, int, Relief] | None:
    """Shape, count and relief of a key; None for what is no key."""
    parts = key.split(":")
    if len(parts) != 4 or parts[0] not in ("at_once", "equal", "step_up"):
        return None
    if not all(part.isdecimal() and len(part) < 16 for part in parts[1:]):
        return None
    count, penalty, interest = (int(part) for part in parts[1:])
    return parts[0], count, Relief(penalty, interest)


def card(
    offer: Offer, *, break_even_ppm: int | None, approver: str | None, cap_ppm: int, chosen: str
) -> dict[str, Any]:
    """One card. `approver`: a role, empty for one's own authority, None for nobody."""
    key = key_of(offer)
    strain, tone, icon = STRAINS[offer.strain]
    allowed = offer.within_cap and approver is not None
    return {
        "key": key,
        "title": title_of(offer),
        "relief": relief_words(offer.relief),
        "relief_fen": offer.relief.total_fen,
        "each": each_words(offer),
        "first_on": offer.lines[0].due_on,
        "pays_fen": offer.pays_fen,
        "rate": percent(offer.all_in_ppm),
        "cap": percent(cap_ppm),
        "over_cap": not offer.within_cap,
        "strain": {"label": strain, "tone": tone, "mark": icon},
        "break_even": break_even_words(break_even_ppm),
        "approver": approver_words(approver),
        "asks": bool(approver),
        "allowed": allowed,
        "chosen": key == chosen and allowed,
        "lines": offer.lines,
    }


def title_of(offer: Offer) -> str:
    """The card's name: relief first, then the term."""
    count = len(offer.lines)
    if offer.shape == "at_once":
        return _("一次还清，带减免") if offer.relief.total_fen else _("一次还清")
    words = (
        ngettext("分 {n} 期", "分 {n} 期", count)
        if offer.shape == "equal"
        else ngettext("递增 {n} 期", "递增 {n} 期", count)
    )
    return words.format(n=count)


def relief_words(relief: Relief) -> str:
    """What is let go, by component."""
    parts = [
        _("罚息 {sum}").format(sum=format_yuan(relief.penalty_fen)) if relief.penalty_fen else "",
        _("利息 {sum}").format(sum=format_yuan(relief.interest_fen)) if relief.interest_fen else "",
    ]
    return _("，").join(part for part in parts if part)


def each_words(offer: Offer) -> str:
    """The amount of an installment, from the least to the most where they grow."""
    least, most = (f(line.amount_fen for line in offer.lines) for f in (min, max))
    if most - least <= 1:
        return format_yuan(most, mark="")
    return f"{format_yuan(least, mark='')} – {format_yuan(most, mark='')}"


def break_even_words(ppm: int | None) -> str:
    """How likely it must be kept so that it brings no less."""
    if ppm is None:
        return "—"
    return _("履约也不及") if ppm > CERTAIN_PPM else percent(ppm)


def approver_words(approver: str | None) -> str:
    """Who must agree."""
    if approver is None:
        return _("超出所有权限")
    return str(ROLES.get(approver, approver)) if approver else _("自己可定")
