"""The list of cases as its screen needs it: filters from the address bar, rows, counts.

The address bar holds only codes, amounts and case numbers, never what a person
typed to find somebody.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dunwell.core.ageing import DEFAULT_BUCKETS
from dunwell.faces.web.cases.reader import Reader
from dunwell.faces.web.frame.listing import Choice, Column, Filter, Listing, Total
from dunwell.faces.web.frame.rail import address_of
from dunwell.store.cases.lists import CaseFilter, Counted, Order, Page, counted, page_of
from dunwell.store.cases.models import Case, CaseShape
from dunwell.store.cases.shape import shape_on
from dunwell.store.people.models import Team
from dunwell.store.vault.masks import mask_name
from dunwell.store.vault.sealed import open_many

PAGE_ROWS = 50

AMOUNTS: dict[str, tuple[int | None, int | None, str | Promise]] = {
    "1k": (None, 99_999, gettext_lazy("1 千以下")),
    "5k": (100_000, 499_999, gettext_lazy("1–5 千")),
    "20k": (500_000, 1_999_999, gettext_lazy("5 千–2 万")),
    "over": (2_000_000, None, gettext_lazy("2 万以上")),
}
"""Overdue amount in fen, both ends included."""

COLUMNS = (
    Column(key="name", label=gettext_lazy("客户"), kind="link", lead=True),
    Column(key="bucket", label=gettext_lazy("阶段"), kind="bucket"),
    Column(
        key="days",
        label=gettext_lazy("逾期天数"),
        kind="days",
        unit=gettext_lazy("天"),
        sorts=True,
    ),
    Column(
        key="amount",
        label=gettext_lazy("逾期金额"),
        kind="money",
        unit=gettext_lazy("元"),
        sorts=True,
    ),
    Column(
        key="outstanding",
        label=gettext_lazy("未还总额"),
        kind="money",
        unit=gettext_lazy("元"),
        shown=False,
    ),
    Column(key="loans", label=gettext_lazy("逾期/全部借据")),
    Column(key="state", label=gettext_lazy("状态"), kind="state"),
    Column(key="team", label=gettext_lazy("团队")),
    Column(key="holder", label=gettext_lazy("经办人")),
    Column(key="opened", label=gettext_lazy("入催日"), kind="day"),
    Column(key="delinquent", label=gettext_lazy("计催天数"), kind="days", shown=False),
    Column(key="case_no", label=gettext_lazy("案件号"), shown=False),
)


def filter_from(query: QueryDict, *, reader: Reader) -> CaseFilter:
    """The filter the address bar asks for; what cannot be read narrows nothing."""
    least, most, _label = AMOUNTS.get(query.get("amount", ""), (None, None, ""))
    team = query.get("team", "")
    found = query.get("found")
    moved = query.get("moved", "")
    return CaseFilter(
        status={"closed": "closed", "all": ""}.get(query.get("status", ""), "open")
        if found is None
        else "",
        buckets=frozenset(name for name in query.get("bucket", "").split(",") if name),
        least_fen=least,
        most_fen=most,
        team=int(team) if team.isdecimal() else None,
        holder=reader.actor.staff if query.get("holder") == "me" else None,
        held={"yes": True, "no": False}.get(query.get("held", "")),
        cases=None
        if found is None
        else frozenset(int(number) for number in found.split("-") if number.isdecimal()),
        moved=(moved, _day(query.get("on", ""), otherwise=reader.day)) if moved else None,
    )


def order_from(query: QueryDict) -> Order:
    """The order asked for: the larger first, by amount unless days are named."""
    return "days" if query.get("sort", "").lstrip("-") == "days" else "amount"


def case_listing(request: HttpRequest, *, reader: Reader) -> Listing:
    """The list page: one page of rows, the chips with their counts, the totals."""
    wanted = filter_from(request.GET, reader=reader)
    order = order_from(request.GET)
    page = page_of(
        reader.scope, wanted, order=order, size=PAGE_ROWS, after=_key(request.GET.get("after"))
    )
    totals = counted(reader.scope, wanted)
    exports = {}
    if reader.may("case.export"):
        query = request.GET.urlencode()
        exports = {
            "XLSX": f"{reverse('cases:export', args=['xlsx'])}?{query}",
            "CSV": f"{reverse('cases:export', args=['csv'])}?{query}",
        }
    return Listing(
        request=request,
        name="cases",
        columns=COLUMNS,
        rows=rows_of(page),
        sort=f"-{order}",
        filters=_filters(reader),
        totals=_totals(totals),
        next_after="" if page.next_key is None else "{}-{}".format(*page.next_key),
        exports=exports,
        empty_title=_("还没有案件"),
        empty_text=_("导入台账并完成一次日运行后，逾期客户会在这里各成一案。"),
        empty_href=address_of("imports:list"),
        empty_act=_("导入台账"),
    )


def rows_of(page: Page) -> list[dict[str, Any]]:
    """The rows of a page, names masked."""
    return [
        _row(case, name) for case, name in zip(page.cases, masked_names(page.cases), strict=True)
    ]


def masked_names(cases: list[Case]) -> list[str]:
    """The borrowers' masked names, in order."""
    parties = [case.party for case in cases]
    names = open_many(
        [party.name_sealed for party in parties],
        table="people_party",
        column="name_sealed",
        rows=[party.pk for party in parties],
    )
    return [mask_name(name) for name in names]


def _row(case: Case, name: str) -> dict[str, Any]:
    return {
        "href": reverse("cases:case", args=[case.pk]),
        "muted": case.status == Case.Status.CLOSED,
        "name": name or f"#{case.pk}",
        "case_no": f"#{case.pk}",
        "bucket": case.bucket,
        "days": case.days_past_due,
        "delinquent": case.delinquent_days,
        "amount": case.overdue_fen,
        "outstanding": case.outstanding_fen,
        "loans": f"{case.loans_overdue}/{case.loans_total}",
        "state": "held" if case.held and case.status == Case.Status.OPEN else case.status,
        "team": case.team.name if case.team else "—",
        "holder": case.holder.display_name if case.holder else "—",
        "opened": case.opened_on,
    }


def _day(text: str, *, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def _key(text: str | None) -> tuple[int, int] | None:
    value, dash, key = (text or "").partition("-")
    return (int(value), int(key)) if dash and value.isdecimal() and key.isdecimal() else None


def _filters(reader: Reader) -> list[Filter]:
    counts = _bucket_counts(reader)
    names = [bucket.name for bucket in DEFAULT_BUCKETS.ranges]
    names += sorted(counts.keys() - set(names))
    teams = Team.objects.filter(lender=reader.lender).order_by("code")
    if reader.scope.teams is not None:
        teams = teams.filter(pk__in=reader.scope.teams)
    filters = [
        Filter(
            key="bucket",
            label=_("阶段"),
            choices=[Choice(value=name, label=name, count=counts.get(name, 0)) for name in names],
        ),
        Filter(
            key="amount",
            label=_("金额"),
            choices=[Choice(value=key, label=words) for key, (_l, _m, words) in AMOUNTS.items()],
            many=False,
        ),
        Filter(
            key="status",
            label=_("状态"),
            choices=[
                Choice(value="closed", label=_("已结案")),
                Choice(value="all", label=_("全部")),
            ],
            many=False,
        ),
        Filter(
            key="held",
            label=_("停催"),
            choices=[
                Choice(value="yes", label=_("停催中")),
                Choice(value="no", label=_("未停催")),
            ],
            many=False,
        ),
        Filter(
            key="holder",
            label=_("经办"),
            choices=[Choice(value="me", label=_("我的"))],
            many=False,
        ),
    ]
    offered = [Choice(value=str(team.pk), label=team.name) for team in teams[:20]]
    if offered:
        filters.append(Filter(key="team", label=_("团队"), choices=offered, many=False))
    return filters


def _bucket_counts(reader: Reader) -> dict[str, int]:
    """Open cases per bucket as of the last day run: counted there, not here."""
    last = last_shape_day(reader)
    if last is None:
        return {}
    counts: dict[str, int] = {}
    shape = shape_on(day=last, lenders=[reader.lender.pk], teams=reader.scope.teams)
    for bucket, cases in shape.values_list("bucket", "cases"):
        counts[bucket] = counts.get(bucket, 0) + cases
    return counts


def last_shape_day(reader: Reader) -> date | None:
    """The last day whose shape was kept for this lender."""
    kept = CaseShape.objects.filter(lender=reader.lender).order_by("-day")
    return kept.values_list("day", flat=True).first()


def _totals(totals: Counted) -> list[Total]:
    if totals.over:
        return [Total(label=_("案件多于"), value=totals.cases)]
    return [
        Total(label=_("案件"), value=totals.cases),
        Total(label=_("逾期合计"), value=totals.overdue_fen or 0, kind="money"),
    ]
