"""Pages of experiments: which there are, one with its results, and stopping it with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dunwell.core.borrower_fields import STRATEGY_FIELDS
from dunwell.core.decision_table import parse_when
from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import acting, sentence_of
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.strategy.arms import arms_shown, compared_shown, power_shown
from dunwell.faces.web.strategy.conditions import in_words, when_parts
from dunwell.faces.words import say
from dunwell.faces.words.experiments import arm_words
from dunwell.flows.improve.documents_seen import SEE
from dunwell.flows.improve.experiments import (
    ExperimentShown,
    experiment_numbered,
    experiment_results,
    experiments,
    stop_experiment,
)
from dunwell.flows.improve.refusals import NoSuchExperiment
from dunwell.flows.prepare.reage import business_day
from dunwell.store.people.permissions import NotPermitted

MARKS = {
    "waiting": ("wait", "hourglass"),
    "turned_down": ("", "circle-slash"),
    "coming": ("accent", "calendar-days"),
    "running": ("accent", "circle-dot"),
    "ended": ("good", "circle-check"),
    "stopped": ("wait", "circle-pause"),
    "replaced": ("", "circle-slash"),
}
OUTCOMES = {"cured": gettext_lazy("不再逾期"), "paid_any": gettext_lazy("还过款")}


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Every experiment of the lender, the newest first."""
    reader = reader_of(request, SEE)
    found = experiments(actor=reader.actor, day=reader.day, lender=reader.lender.pk)
    context = {
        "reader": reader,
        "found": [_line(each) for each in found],
        "proposes": reader.may("strategy.propose"),
    }
    return render(request, "strategy/experiments.html", context)


@require_GET
def shown(request: HttpRequest, number: int) -> HttpResponse:
    """One experiment: what it could show, arms with intervals, looks, harm beside money."""
    return _page(request, number)


@require_POST
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """End it from today on."""
    who = acting(request)
    try:
        why = request.POST.get("why", "")
        stop_experiment(actor=who.actor, now=who.now, document=number, why=why)
    except NotPermitted:
        raise
    except NoSuchExperiment as refusal:
        raise Http404 from refusal
    except Refusal as refusal:
        return _page(request, number, error=sentence_of(refusal), status=400)
    messages.success(request, _("实验已停止，下一次日运行不再分组。"))
    return redirect("strategy:experiment", number)


def _page(request: HttpRequest, number: int, *, error: str = "", status: int = 200) -> HttpResponse:
    reader = reader_of(request, SEE)
    try:
        found = experiment_numbered(actor=reader.actor, day=reader.day, document=number)
    except NoSuchExperiment as refusal:
        raise Http404 from refusal
    published = found.state not in ("waiting", "turned_down")
    context: dict[str, Any] = {
        "reader": reader,
        "line": _line(found),
        "found": found,
        "experiment": found.experiment,
        "outcome": OUTCOMES[found.experiment.measure.outcome],
        "expected": f"{found.experiment.measure.expected_ppm / 10_000:g}%",
        "who": _who(found),
        "arms": _arms(found),
        "power": power_shown(found.row.preview.get("power")),
        "stops": found.state in ("coming", "running") and reader.may("experiment.stop"),
        "error": error,
    }
    if published:
        context |= _results(found, reader)
    return render(request, "strategy/experiment.html", context, status=status)


def _results(found: ExperimentShown, reader: Reader) -> dict[str, Any]:
    as_of = business_day() or reader.day
    results = experiment_results(
        actor=reader.actor, day=reader.day, shown=found, as_of=as_of, lender=reader.lender.pk
    )
    return {
        "as_of": as_of,
        "results": results,
        "shown": arms_shown(results),
        "compared": [compared_shown(each) for each in results.compared],
        "assigned": sum(arm.assigned for arm in results.arms),
    }


def _line(found: ExperimentShown) -> dict[str, Any]:
    tone, mark = MARKS[found.state]
    state = say(f"EXPERIMENT-STATE-{found.state}", {}, language=get_language() or "zh-hans")
    return {
        "title": in_words(found.experiment.title, found.experiment.title_en),
        "href": reverse("strategy:experiment", args=[found.row.pk]),
        "state": {"label": state[:1].upper() + state[1:], "tone": tone, "mark": mark},
        "found": found,
        "whom": found.row.lender.name if found.row.lender else _("各机构"),
        "document": reverse("strategy:document", args=[found.row.pk]),
    }


def _who(found: ExperimentShown) -> list[str]:
    if not found.experiment.who:
        return [_("所有在催客户")]
    who = parse_when(dict(found.experiment.who), STRATEGY_FIELDS, file="", path="who")
    return when_parts(who)


def _arms(found: ExperimentShown) -> list[dict[str, Any]]:
    power = found.row.preview.get("power") or {}
    sizes = {each["arm"]: each["borrowers"] for each in power.get("arms", ())}
    return [
        {
            "arm": arm_words(arm.name, language=get_language() or "zh-hans"),
            "strategy": arm.strategy or _("不作任何处理"),
            "share": f"{arm.share_ppm / 10_000:g}%",
            "borrowers": sizes.get(arm.name),
        }
        for arm in found.experiment.arms
    ]
