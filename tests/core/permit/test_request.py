"""Reading a question: what is refused, what silence and null mean."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dunwell.core.permit import BadRequest, WordingFinding, read_request
from dunwell.core.permit.facts import UnknownFact


def test_keys_left_out_take_the_stated_defaults() -> None:
    facts = read_request({})
    assert facts.purpose == "collect"
    assert facts.opted_out is False
    assert facts.evidence == ()
    assert facts.last_unanswered_dial_at is None
    assert facts.counts_visits_today_address == 0
    assert facts.actor_in_team is True
    assert facts.text is None


@pytest.mark.parametrize(
    ("attribute", "path"),
    [
        ("at", "at"),
        ("beijing", "at"),
        ("direction", "direction"),
        ("party_legal_basis", "party.legal_basis"),
        ("counts_days_since_conversation", "counts.days_since_conversation"),
        ("promise_open_until", "promise_open_until"),
        ("consents", "consents"),
    ],
)
def test_what_is_not_said_cannot_be_read(attribute: str, path: str) -> None:
    with pytest.raises(UnknownFact) as unknown:
        getattr(read_request({}), attribute)
    assert unknown.value.path == path


def test_null_means_none() -> None:
    facts = read_request(
        {
            "freezes": None,
            "consents": None,
            "promise_open_until": None,
            "party": {"age": None, "legal_basis": None},
            "counts": {"sms_today": None, "days_since_conversation": None},
            "visit": None,
            "purpose": None,
        }
    )
    assert facts.freezes == ()
    assert facts.consents == ()
    assert facts.promise_open_until is None
    assert facts.party_age is None
    assert facts.party_legal_basis is None
    assert facts.counts_sms_today == 0
    assert facts.counts_days_since_conversation is None
    assert facts.visit_collectors == 0
    assert facts.purpose == "collect"


def test_a_text_is_unknown_where_the_channel_has_one_and_we_send_it() -> None:
    for channel in ("sms", "letter"):
        with pytest.raises(UnknownFact):
            _ = read_request({"channel": channel}).text
        assert read_request({"channel": channel, "direction": "inbound"}).text is None
    for channel in ("call", "ai_voice", "visit"):
        assert read_request({"channel": channel}).text is None


def test_a_moment_may_be_a_datetime_and_is_shown_in_beijing() -> None:
    facts = read_request({"at": datetime(2026, 3, 2, 16, 30, tzinfo=UTC)})
    assert facts.beijing.isoformat() == "2026-03-03T00:30:00+08:00"


def test_a_moment_without_zone_is_unknown_even_where_there_is_a_default() -> None:
    naive = {"at": "2026-03-02T10:00:00", "last_unanswered_dial_at": "2026-03-02T09:00:00"}
    facts = read_request(naive)
    for attribute in ("at", "last_unanswered_dial_at"):
        with pytest.raises(UnknownFact):
            getattr(facts, attribute)


@pytest.mark.parametrize("year", ["0001", "1949", "2101", "9999"])
def test_a_moment_in_a_year_without_calendar_is_unknown(year: str) -> None:
    with pytest.raises(UnknownFact):
        _ = read_request({"at": f"{year}-01-01T00:00:00+08:00"}).at


def test_a_consent_may_end_in_any_year() -> None:
    consent = {"kind": "quiet_hours", "channel": "call", "until": "9999-12-31T23:59:59-12:00"}
    until_at = read_request({"consents": [consent]}).consents[0].until_at
    assert until_at is not None
    assert datetime(2026, 3, 2, tzinfo=UTC) < until_at


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ([], "request"),
        ({"chanel": "call"}, "chanel"),
        ({"channel": "fax"}, "channel"),
        ({"channel": ["call"]}, "channel"),
        ({"party": {"rolle": "borrower"}}, "party.rolle"),
        ({"party": {"role": None}}, "party.role"),
        ({"party": {"age": "34"}}, "party.age"),
        ({"party": {"age": -1}}, "party.age"),
        ({"party": {"age": True}}, "party.age"),
        ({"party": {"age": 34.0}}, "party.age"),
        ({"party": "borrower"}, "party"),
        ({"party": None}, "party"),
        ({"party": {"refused": 0}}, "party.refused"),
        ({"borrower": {"reachable": None}}, "borrower.reachable"),
        ({"freezes": ["complain"]}, "freezes[0]"),
        ({"freezes": "complaint"}, "freezes"),
        ({"at": "yesterday"}, "at"),
        ({"at": 1772416800}, "at"),
        ({"consents": [{"kind": "quiet_hours", "chanel": "call"}]}, "consents[0].chanel"),
        ({"consents": [{"channel": "call"}]}, "consents[0].kind"),
        ({"consents": [{"kind": "quiet_hours", "channel": "fax"}]}, "consents[0].channel"),
        ({"consents": [{"kind": "quiet_hours", "from": "soon"}]}, "consents[0].from"),
        ({"approvals": [{"kind": "visit"}]}, "approvals[0].by"),
        ({"approvals": [{"kind": "visit", "by": " "}]}, "approvals[0].by"),
        ({"approvals": ["visit"]}, "approvals[0]"),
        ({"evidence": [{"kind": "x", "dated_on": "2026-2-3"}]}, "evidence[0].dated_on"),
        ({"evidence": [7]}, "evidence[0]"),
        ({"promise_open_until": "soon"}, "promise_open_until"),
        ({"promise_open_until": 5}, "promise_open_until"),
        ({"text": 5}, "text"),
        ({"wording": []}, "wording"),
        ({"beijing": "2026-03-02T10:00:00+08:00"}, "beijing"),
    ],
)
def test_a_question_written_wrong_is_refused_with_its_path(question: Any, path: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read_request(question)
    assert refused.value.figures["path"] == path
    assert refused.value.figures["allowed"]


def test_a_refusal_repeats_no_long_text() -> None:
    with pytest.raises(BadRequest) as refused:
        read_request({"text": ["张三 110101199003071234"]})
    assert refused.value.figures["value"] == "list"


def test_facts_do_not_change_while_rules_read_them() -> None:
    with pytest.raises(TypeError):
        read_request({}).purpose = "notify"


def test_what_the_checker_found_is_kept_with_the_facts() -> None:
    found = WordingFinding("threat", 0, 2, "CN-C01")
    assert read_request({}, wording=[found]).wording == (found,)
