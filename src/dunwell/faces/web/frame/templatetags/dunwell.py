"""Template tags and filters of every screen: `{% load dunwell %}`.

Filters write one figure; inclusion tags draw one component from
templates/components/. The look of each is on the style page (/_styles); how to
use them is in docs/en/screens.md. Amounts come in fen, never in yuan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.forms import BoundField, Form
from django.template.context import Context
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dunwell.faces.web.frame import figures
from dunwell.faces.web.frame.address import with_query
from dunwell.faces.web.frame.listing import Listing
from dunwell.faces.web.frame.marks import STATES, TONE_ICONS, StateMark, bucket_mark

register = template.Library()

Words = str | Promise
BAR_PX = 36
"""Height a horizontal bar takes in a chart of kind bars."""


# --- one figure --------------------------------------------------------------


@register.filter
def yuan(fen: int | None) -> SafeString:
    """`{{ case.overdue_fen|yuan }}`: ¥1,234.50 in tabular figures."""
    return format_html('<span class="money">{}</span>', figures.yuan_words(fen))


@register.filter
def yuan_bare(fen: int | None) -> SafeString:
    """The amount without its mark, for columns that name the unit in the head."""
    return format_html('<span class="money">{}</span>', figures.yuan_words(fen, mark=""))


@register.filter
def yuan_short(fen: int | None) -> SafeString:
    """The amount for headlines (¥1.23万), the exact one on hover."""
    return format_html(
        '<span class="money" title="{}">{}</span>',
        figures.yuan_words(fen),
        figures.short_yuan(fen),
    )


@register.filter
def count(value: int | None) -> SafeString:
    """A count with thousands separators."""
    return format_html('<span class="num">{}</span>', figures.count_words(value))


@register.filter
def day(value: date | None) -> SafeString | str:
    """2026-11-23 in a <time> element."""
    if value is None:
        return figures.NOTHING
    text = figures.day_words(value)
    return format_html('<time class="num" datetime="{}">{}</time>', text, text)


@register.filter
def day_long(value: date) -> str:
    """2026年11月23日 星期一 / Monday 23 November 2026."""
    return figures.long_day(value)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """2026-11-23 18:05 local time in a <time> element."""
    if value is None:
        return figures.NOTHING
    return format_html(
        '<time class="num" datetime="{}">{}</time>', value.isoformat(), figures.moment_words(value)
    )


@register.filter
def span(seconds: float | None) -> str:
    """A span of time in words."""
    return figures.span_words(seconds)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One Lucide icon of the sprite; words always stand beside it."""
    return _drawn(name)


@cache
def _drawn(name: str) -> SafeString:
    """A page draws some sixty icons, of the same few hundred."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("dist/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: str | None) -> str:
    """This page's address with query parameters changed; an empty value removes one."""
    return with_query(context["request"], **changes)


@register.simple_tag
def sentence(
    text: Words, *, href: str = "", tone: str = "", mark: str = "", **numbers: Any
) -> SafeString:
    """One sentence with numbers: `{% sentence _("今天新增 {n} 户") n=12 href=url %}`.

    Whole numbers get separators; anything else is shown as given (use |yuan_short).
    """
    shown = {
        key: format_html(
            '<strong class="num">{}</strong>',
            figures.count_words(value) if isinstance(value, int) else value,
        )
        for key, value in numbers.items()
    }
    words = format_html(str(text), **shown)
    sign = format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        tone,
        static("dist/icons.svg"),
        mark or TONE_ICONS.get(tone, "info"),
    )
    if href:
        return format_html(
            '<a class="sentence" href="{}">{}<span>{}</span>{}</a>',
            href,
            sign,
            words,
            icon("chevron-right"),
        )
    return format_html('<div class="sentence">{}<span>{}</span></div>', sign, words)


# --- components --------------------------------------------------------------


@register.inclusion_tag("components/bucket.html")
def bucket(name: str | None, days: str = "", depth: int | None = None) -> dict[str, Any]:
    """A bucket tag: name, step of the scale, and the days it covers."""
    name = name or ""
    return {"name": name, "mark": bucket_mark(name=name, days=days, depth=depth)}


@register.inclusion_tag("components/state.html")
def state(code: str | None, label: Words = "", tone: str = "", mark: str = "") -> dict[str, Any]:
    """A state pill: word and icon. A code of marks.STATES, or label, tone and mark given."""
    known = STATES.get(code or "")
    if known is None or label:
        known = StateMark(
            label=label or code or figures.NOTHING,
            icon=mark or (known.icon if known else "circle"),
            tone=tone or (known.tone if known else ""),
        )
    return {"state": known}


@register.inclusion_tag("components/masked.html", takes_context=True)
def masked(
    context: Context, value: str | None, reveal: str = "", what: Words = ""
) -> dict[str, Any]:
    """A value already masked; with `reveal` (an address) a button asks for it with a reason.

    The address answers GET with the reason form and POST with the plain value;
    permission, reason and journal are that view's business.
    """
    return {"value": value or figures.NOTHING, "reveal": reveal, "what": what}


@register.inclusion_tag("components/figure.html", takes_context=True)
def figure(
    context: Context,
    label: Words,
    value: Any,
    definition: Words = "",
    base: Words = "",
    on: date | None = None,
    note: Words = "",
    href: str = "",
) -> dict[str, Any]:
    """A figure that carries its definition, base and day on hover, focus or tap.

    With `href` the number itself leads to what it counts.
    """
    return {
        "id": _next_id(context, "figure"),
        "label": label,
        "value": figures.count_words(value) if isinstance(value, int) else value,
        "definition": definition,
        "base": base,
        "on": on,
        "note": note,
        "href": href,
    }


@register.inclusion_tag("components/equation.html")
def equation(terms: Sequence[Mapping[str, Any]], total: Mapping[str, Any]) -> dict[str, Any]:
    """Amounts as an equation. Terms: {label, fen, note?}; a negative fen is subtracted."""
    signed = [
        {**term, "sign": "\u2212" if term["fen"] < 0 else "+", "size_fen": abs(term["fen"])}
        for term in terms
    ]
    return {"terms": signed, "total": total}


@register.inclusion_tag("components/empty.html")
def empty(
    title: Words, text: Words = "", href: str = "", act: Words = "", mark: str = "inbox"
) -> dict[str, Any]:
    """An empty state: what will appear here, and the one act that makes it appear."""
    return {"title": title, "text": text, "href": href, "act": act, "mark": mark}


@register.inclusion_tag("components/notice.html")
def notice(text: Words, tone: str = "info", title: Words = "") -> dict[str, Any]:
    """A notice in the page: tone is info, good, wait or stop."""
    return {"text": text, "tone": tone, "title": title, "mark": TONE_ICONS.get(tone, "info")}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: Form, focus: bool = True) -> dict[str, Any]:
    """What is wrong with a form, above it, each line leading to its field."""
    lines = []
    for form in forms:
        lines += [{"href": "", "text": text} for text in form.non_field_errors()]
        for name, errors in form.errors.items():
            if name in form.fields:
                bound = form[name]
                lines += [
                    {"href": f"#{bound.id_for_label}", "label": bound.label, "text": text}
                    for text in errors
                ]
    return {"lines": lines, "focus": focus}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A form field: label above, help below, error beside; check boxes keep their label after."""
    kind = getattr(bound.field.widget, "input_type", "")
    several = hasattr(bound.field.widget, "option_inherits_attrs") and kind in {"radio", "checkbox"}
    return {"bound": bound, "is_check": kind == "checkbox" and not several, "several": several}


@register.inclusion_tag("components/progress.html")
def progress(
    done: int,
    total: int,
    label: Words = "",
    poll: str = "",
    seconds_left: float | None = None,
) -> dict[str, Any]:
    """A bar with counts and time left. `poll` (an address) is asked each second by htmx and
    answers with this same component, without `poll` once the work is over."""
    return {
        "done": done,
        "total": total,
        "label": label,
        "poll": poll,
        "seconds_left": seconds_left,
        "percent": done * 100 // total if total else 0,
    }


@register.inclusion_tag("components/timeline.html")
def timeline(events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Events newest first: {at | on, title, detail?, mark?, tone?, pinned?}."""
    return {"events": events}


@register.inclusion_tag("components/listing.html", takes_context=True)
def listing(context: Context, listing: Listing) -> dict[str, Any]:
    """A list screen: chips, column chooser, density, sortable table, totals, next page."""
    return {"listing": listing, "request": context["request"], "frame": context.get("frame")}


@register.inclusion_tag("components/chart.html", takes_context=True)
def chart(
    context: Context, kind: str, figures: Mapping[str, Any], table: Mapping[str, Any], title: Words
) -> dict[str, Any]:
    """A chart and the same figures as a table: {heads: [...], rows: [[...], ...]}.

    Kinds and their figures are in frontend/src/js/chart_kinds.js.
    """
    return {
        "id": _next_id(context, "chart"),
        "kind": kind,
        "height": len(figures["rows"]) * BAR_PX if kind == "bars" else 0,
        "figures": figures,
        "table": table,
        "title": title,
    }


@register.inclusion_tag("components/prefer.html", takes_context=True)
def prefer(
    context: Context,
    what: str,
    value: str,
    label: Words,
    mark: str = "",
    other: str = "",
    look: str = "menu-item",
    key: str = "",
) -> dict[str, Any]:
    """One button that keeps a preference; with `other` it is a switch between two values."""
    now = getattr(context["frame"].preferences, what, "")
    is_on = now == value
    return {
        "what": what,
        "value": other if other and is_on else value,
        "other": (value if is_on else other) if other else "",
        "on_value": value,
        "is_on": is_on,
        "label": label,
        "mark": mark,
        "back": context["request"].get_full_path(),
        "look": look,
        "key": key,
    }


def _next_id(context: Context, what: str) -> str:
    """An id that is unique in the page and the same in every rendering of it."""
    held = context["request"].__dict__.setdefault("_dunwell_ids", {})
    held[what] = held.get(what, 0) + 1
    return f"{what}-{held[what]}"
