"""The front page: four sentences with numbers, the book's shape, what moved since the last day."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dunwell.core.ageing import DEFAULT_BUCKETS
from dunwell.core.money import format_yuan
from dunwell.faces.web.cases.labels import KINDS
from dunwell.faces.web.cases.reader import Reader
from dunwell.faces.web.frame.figures import short_yuan
from dunwell.faces.web.frame.rail import address_of
from dunwell.flows.prepare.book_shape import BookShape, BucketShape

MOVES = ("opened", "reopened", "rolled", "eased", "closed")


def front_context(shape: BookShape | None, *, reader: Reader) -> dict[str, Any]:
    """Everything the front page's template asks for."""
    context: dict[str, Any] = {
        "reader": reader,
        "shape": shape,
        "import_href": address_of("imports:list"),
    }
    if shape is None:
        return context
    return context | {
        "sentences": _sentences(shape),
        "chart": _chart(shape),
        "chart_table": {
            "heads": [_("阶段"), _("户数"), _("逾期金额"), _("上一日户数"), _("上一日金额")],
            "rows": [
                [
                    bucket.bucket,
                    bucket.cases,
                    format_yuan(bucket.overdue_fen),
                    bucket.cases_before,
                    format_yuan(bucket.overdue_before_fen),
                ]
                for bucket in shape.buckets
            ],
        },
        "moves": [_move(shape, kind) for kind in MOVES],
    }


def _sentences(shape: BookShape) -> list[dict[str, Any]]:
    listed = reverse("cases:list")
    opened, rolled, closed = (shape.moved(kind) for kind in ("opened", "rolled", "closed"))
    old = [bucket for bucket in shape.buckets if bucket.bucket in {"M4", "M5", "M6", "M6+"}]
    return [
        {
            "text": _("{n} 户今天新入催，合计 {sum}。"),
            "n": opened.cases,
            "sum": short_yuan(opened.overdue_fen),
            "href": _moved_href(shape, "opened"),
            "mark": "circle-dot",
            "tone": "accent",
        },
        {
            "text": _("{n} 户升了一期，合计 {sum}。"),
            "n": rolled.cases,
            "sum": short_yuan(rolled.overdue_fen),
            "href": _moved_href(shape, "rolled"),
            "mark": "trending-up",
            "tone": "wait",
        },
        {
            "text": _("{n} 户还清逾期、结案，还来 {sum}。"),
            "n": closed.cases,
            "sum": short_yuan(closed.paid_fen),
            "href": _moved_href(shape, "closed"),
            "mark": "circle-check",
            "tone": "good",
        },
        {
            "text": _("{n} 户逾期超过 90 天，占在催金额 {m}，合计 {sum}。"),
            "n": sum(bucket.cases for bucket in old),
            "m": _share(sum(bucket.overdue_fen for bucket in old), shape.overdue_fen),
            "sum": short_yuan(sum(bucket.overdue_fen for bucket in old)),
            "href": f"{listed}?bucket=M4,M5,M6,M6%2B",
            "mark": "clock",
            "tone": "",
        },
    ]


def _share(part: int, whole: int) -> str:
    return f"{part * 100 // whole}%" if whole else "0%"


def _moved_href(shape: BookShape, kind: str) -> str:
    return f"{reverse('cases:list')}?moved={kind}&on={shape.day.isoformat()}&status=all"


def _chart(shape: BookShape) -> dict[str, Any]:
    ranges = {bucket.name: bucket for bucket in DEFAULT_BUCKETS.ranges}

    def row(depth: int, each: BucketShape) -> dict[str, Any]:
        known = ranges.get(each.bucket)
        days = each.bucket
        if known is not None:
            days = f"{known.from_days}–{known.to_days}" if known.to_days else f"{known.from_days}+"
        return {
            "name": each.bucket,
            "days": days,
            "depth": min(depth, 7),
            "amount_fen": each.overdue_fen,
            "count": each.cases,
            "amount_fen_before": each.overdue_before_fen,
            "count_before": each.cases_before,
        }

    return {
        "rows": [row(depth, each) for depth, each in enumerate(shape.buckets, start=1)],
        "words": {
            "amount": _("逾期金额"),
            "count": _("户数"),
            "now": _("今日"),
            "before": _("上一日"),
            "days": _("天"),
        },
    }


def _move(shape: BookShape, kind: str) -> dict[str, Any]:
    move = shape.moved(kind)
    definitions = {
        "opened": _("今天第一次达到入催条件的客户。"),
        "reopened": _("结案后又逾期的客户；历史保留在同一案里。"),
        "rolled": _("今天进入更深阶段的客户。"),
        "eased": _("今天回到更浅阶段、仍有逾期的客户。"),
        "closed": _("今天逾期还清、结案的客户。"),
    }
    return {
        "label": KINDS[kind],
        "cases": move.cases,
        "note": short_yuan(move.paid_fen if kind == "closed" else move.overdue_fen),
        "definition": definitions[kind],
        "base": _("按客户数；下面是逾期金额，结案的是还来的钱"),
        "href": _moved_href(shape, kind),
    }
