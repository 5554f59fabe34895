"""What stands about people: who may say so, what it opens or closes, and how it ends."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from dunwell.flows.contact.refusals import NoSuchStanding, OwnApproval, WrongStanding
from dunwell.flows.contact.standings import (
    Said,
    set_staff_state,
    staff_states,
    stand,
    withdraw,
)
from dunwell.flows.contact.what_stands import what_stands
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.store.book.models import Borrower
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Lender, Party, Staff
from dunwell.store.people.permissions import NotPermitted, actor_of
from dunwell.store.permits.models import Standing, Withdrawal
from tests.flows.contact.people import make_case

pytestmark = pytest.mark.django_db


def say(office, what, kind, *, actor=None, **more):
    told = {"why": "电话中说明", **more}
    return stand(
        actor=actor or office.collector, now=office.now, case=office.case.pk,
        said=Said(what=what, kind=kind, **told),
    )  # fmt: skip


def test_a_freeze_stops_contact_until_another_person_lifts_it(office):
    row = say(office, "freeze", "complaint", actor=office.supervisor)
    assert office.ask().decision.codes == ("HOUSE-F-complaint",)
    with pytest.raises(OwnApproval):
        withdraw(
            actor=office.supervisor, now=office.now, case=office.case.pk, standing=row.pk,
            why="已处理完毕",
        )  # fmt: skip
    with pytest.raises(NotPermitted):
        withdraw(
            actor=office.collector, now=office.now, case=office.case.pk, standing=row.pk,
            why="已处理完毕",
        )  # fmt: skip
    second = office.person("supervisor")
    withdraw(actor=second, now=office.now, case=office.case.pk, standing=row.pk, why="已处理完毕")
    assert office.ask().granted
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "freeze.stands",
        "freeze.withdrawn",
    ]


def test_a_freeze_after_the_permit_stops_the_sending(office):
    answer = office.ask()
    say(office, "freeze", "hardship")
    assert office.use(answer).decision.codes == ("HOUSE-F-hardship",)


def test_a_consent_opens_the_night_for_its_channel_until_it_ends_or_is_withdrawn(office):
    office.now = office.now.replace(hour=21)
    row = say(
        office, "consent", "quiet_hours", channel="call", until_at=office.now + timedelta(hours=2)
    )
    office.later(hours=1, minutes=30)
    answer = office.ask()
    assert [lifted.code for lifted in answer.decision.lifted] == ["CN-T01"]
    withdraw(
        actor=office.collector, now=office.now, case=office.case.pk, standing=row.pk,
        why="借款人撤回",
    )  # fmt: skip
    assert office.use(answer).decision.codes == ("CN-T01",)


def test_a_consent_opens_the_night_of_whoever_gave_it_and_of_nobody_else(office):
    office.now = office.now.replace(hour=23)
    guarantor = office.contact("guarantor", role="guarantor", phone="13700137000")
    until = {"channel": "call", "until_at": office.now + timedelta(hours=2)}
    say(office, "consent", "quiet_hours", **until)
    office.later(minutes=1)
    assert office.ask("guarantor").decision.codes == ("CN-T01",)
    assert office.ask().granted
    say(office, "consent", "quiet_hours", contact=guarantor.pk, **until)
    office.later(minutes=1)
    assert office.ask("guarantor").granted


def test_a_guarantor_s_consent_does_not_open_the_borrower_s_night(office):
    office.now = office.now.replace(hour=23)
    guarantor = office.contact("guarantor", role="guarantor", phone="13700137000")
    say(
        office, "consent", "quiet_hours", contact=guarantor.pk, channel="call",
        until_at=office.now + timedelta(hours=2),
    )  # fmt: skip
    office.later(minutes=1)
    assert office.ask().decision.codes == ("CN-T01",)


def test_a_visit_needs_an_approval_of_another_person_each_time(office):
    visit = {"channel": "visit", "collectors": 2}
    assert office.ask(**visit).decision.verdict == "needs_approval"
    until = office.now + timedelta(days=3)
    say(office, "approval", "visit", actor=office.supervisor, until_at=until)
    by_approver = office.ask(**visit, actor=office.supervisor)
    assert by_approver.decision.verdict == "needs_approval"
    office.later(minutes=1)
    answer = office.ask(**visit)
    assert [lifted.code for lifted in answer.decision.lifted] == ["CN-T06"]
    assert office.use(answer).token
    office.later(days=1)
    assert office.ask(**visit).decision.codes == ("CN-T06",)


def test_one_approval_is_one_visit_whatever_address_it_is_used_at(office):
    office.contact("work", address="杭州市西湖区文三路9号")
    visit = {"channel": "visit", "collectors": 2}
    until = office.now + timedelta(days=3)
    say(office, "approval", "visit", actor=office.supervisor, until_at=until)
    office.later(minutes=1)
    assert office.use(office.ask("work", **visit)).token
    office.later(minutes=30)
    assert office.ask(**visit).decision.codes == ("CN-T06",)


def test_an_approval_spent_a_week_ago_is_spent(office):
    visit = {"channel": "visit", "collectors": 2}
    until = office.now + timedelta(days=7)
    say(office, "approval", "visit", actor=office.supervisor, until_at=until)
    office.later(minutes=1)
    assert office.use(office.ask(**visit)).token
    office.now = until - timedelta(minutes=2)
    assert office.ask(**visit).decision.codes == ("CN-T06",)


def test_a_third_person_who_refused_is_left_alone_for_ever_by_everybody(office):
    friend = office.contact("friend", role="contact", phone="13700137000", legal_basis="consent")
    say(office, "refusal", "refused", contact=friend.pk)
    assert "CN-W04" in office.ask("friend", purpose="notify").decision.codes
    other = Lender.objects.create(code="other", name="O")
    party = Party.objects.create(name_sealed=b"")
    borrower = Borrower.objects.create(lender=other, borrower_no="X", party=party)
    office.contact(
        "again", role="contact", phone="+86 137-0013-7000", legal_basis="consent",
        borrower=borrower,
    )  # fmt: skip
    case = make_case(party, other, None)
    theirs = office.person("collector", lender=other)
    office.later(days=200)
    asked = office.ask("again", case=case.pk, actor=theirs, purpose="notify")
    assert "CN-W04" in asked.decision.codes


def test_a_refusal_is_kept_by_the_database_itself(office):
    friend = office.contact("friend", role="contact", phone="13700137000")
    row = say(office, "refusal", "refused", contact=friend.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Standing.objects.filter(pk=row.pk).update(kind="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        Standing.objects.filter(pk=row.pk)._raw_delete("default")


def test_who_opted_out_of_messages_of_a_machine_is_heard(office):
    say(office, "opt_out", "opt_out", channel="ai_voice")
    assert office.ask(channel="ai_voice").decision.codes == ("CN-C05", "CN-C13")
    assert office.ask().granted


def test_who_asked_for_no_calls_is_reached_by_the_other_channels_only(office):
    say(office, "opt_out", "opt_out", channel="call")
    assert office.ask().decision.codes == ("CN-C05",)
    assert office.ask(channel="ai_voice").decision.codes == ("CN-C05",)
    assert office.ask(purpose="notify").decision.codes == ("CN-C05",)
    assert office.ask(direction="inbound", purpose="service").granted
    assert office.ask(channel="sms", text="【善催小贷】您好，请与我们联系。").granted


def test_a_permit_asked_before_the_person_closed_the_channel_is_refused_at_use(office):
    answer = office.ask()
    say(office, "opt_out", "opt_out", channel="call")
    used = office.use(answer)
    assert used.token is None and used.decision.codes == ("CN-C05",)


def test_a_closed_channel_opens_when_a_second_person_writes_that_it_was_taken_back(office):
    row = say(office, "opt_out", "opt_out", channel="call", actor=office.supervisor)
    told = {"now": office.now, "case": office.case.pk, "standing": row.pk, "why": "本人来电收回"}
    with pytest.raises(OwnApproval):
        withdraw(actor=office.supervisor, **told)
    with pytest.raises(NotPermitted):
        withdraw(actor=office.collector, **told)
    assert not office.ask().granted
    withdraw(actor=office.person("supervisor"), **told)
    assert office.ask().granted
    ended = Withdrawal.objects.get()
    assert (ended.why, ended.by_id is not None) == ("本人来电收回", True)


def test_each_person_closes_their_own_channels(office):
    guarantor = office.contact("guarantor", role="guarantor", phone="13700137000")
    say(office, "opt_out", "opt_out", channel="call")
    assert office.ask("guarantor").granted
    say(office, "opt_out", "opt_out", channel="", contact=guarantor.pk)
    assert office.ask("guarantor").decision.codes == ("CN-C05",)
    other = office.contact("second", role="guarantor", phone="13700137001")
    assert other.pk and office.ask("second").granted


def test_who_closes_every_channel_still_gets_required_notices_in_writing(office):
    say(office, "opt_out", "opt_out")
    for channel in ("call", "ai_voice", "visit"):
        asked = office.ask(channel=channel, purpose="notify", collectors=2)
        assert "CN-C05" in asked.decision.codes
    letter = {"channel": "letter", "text": "【善催小贷】您好，特此通知，请与我们联系。"}
    assert office.ask(**letter).decision.codes == ("CN-C05",)
    assert office.ask(**letter, purpose="notify").granted


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": "wish", "kind": "visit"},
        {"what": "staff", "kind": "certified"},
        {"what": "freeze", "kind": "holiday"},
        {"what": "consent", "kind": "quiet_hours"},
        {"what": "consent", "kind": "quiet_hours", "channel": "call"},
        {"what": "refusal", "kind": "refused"},
    ],
)
def test_what_is_not_said_rightly_does_not_stand(office, wrong):
    with pytest.raises(WrongStanding):
        say(office, **wrong)
    assert not Standing.objects.exclude(what="staff").exists()


def test_an_approval_ends_within_a_week_and_a_reason_is_given(office):
    for days in (0, 8):
        with pytest.raises(WrongStanding):
            say(
                office, "approval", "visit", actor=office.supervisor,
                until_at=office.now + timedelta(days=days),
            )  # fmt: skip
    with pytest.raises(ReasonMissing):
        say(office, "freeze", "dispute", why="  x ")


def test_nobody_and_roles_without_need_or_scope_let_nothing_stand(office):
    other = Lender.objects.create(code="other", name="O")
    nobody = actor_of(Staff.objects.create(username="nobody", display_name="nobody"))
    for actor in (nobody, office.person("auditor"), office.person("supervisor", lender=other)):
        with pytest.raises(NotPermitted):
            say(office, "freeze", "dispute", actor=actor)
    with pytest.raises(NotPermitted):
        say(office, "approval", "visit", until_at=office.now + timedelta(days=1))


def test_a_colleague_is_certified_and_suspended_by_trainer_or_compliance_only(office):
    staff = Staff.objects.create(username="new", display_name="new")
    staff.appointments.create(
        role="collector", lender=office.lender, team=office.team, from_on="2026-01-01"
    )
    new, trainer = actor_of(staff), office.person("trainer")
    told = {"now": office.now, "staff": staff, "kind": "certified", "holds": True}
    for actor in (new, office.supervisor, office.person("admin")):
        with pytest.raises(NotPermitted):
            set_staff_state(actor=actor, why="考试通过了", **told)
    set_staff_state(actor=trainer, why="考试通过了", **told)
    assert office.ask(actor=new).granted
    set_staff_state(actor=trainer, why="违规调查中", **{**told, "kind": "suspended"})
    assert office.ask(actor=new).decision.codes == ("HOUSE-A-suspended",)
    set_staff_state(
        actor=trainer, why="调查结束了", **{**told, "kind": "suspended", "holds": False}
    )
    assert office.ask(actor=new).granted


def test_what_the_same_person_says_twice_in_a_moment_stands_once(office):
    first = say(office, "freeze", "complaint")
    office.later(seconds=2)
    assert say(office, "freeze", "complaint").pk == first.pk
    say(office, "freeze", "complaint", actor=office.supervisor)
    say(office, "freeze", "complaint", why="另一次来电说明")
    assert Standing.objects.filter(what="freeze").count() == 3
    office.later(minutes=2)
    assert say(office, "freeze", "complaint").pk != first.pk


def test_what_is_withdrawn_twice_in_a_moment_is_withdrawn_once(office):
    row = say(office, "consent", "quiet_hours", channel="call", until_at=office.now + timedelta(1))
    told = {"now": office.now, "case": office.case.pk, "standing": row.pk, "why": "本人改变主意"}
    withdraw(actor=office.collector, **told)
    withdraw(actor=office.collector, **told)
    with pytest.raises(NoSuchStanding):
        withdraw(actor=office.supervisor, **told)
    with pytest.raises(NoSuchStanding):
        withdraw(actor=office.collector, **{**told, "now": office.now + timedelta(minutes=2)})
    assert Withdrawal.objects.count() == 1
    assert Entry.objects.filter(verb="consent.withdrawn").count() == 1


def test_who_is_certified_twice_is_certified_once(office):
    staff = Staff.objects.create(username="new", display_name="new")
    for _ in range(2):
        set_staff_state(
            actor=office.person("trainer"), now=office.now, staff=staff, kind="certified",
            holds=True, why="考试通过了",
        )  # fmt: skip
    assert staff_states([staff.pk]) == {staff.pk: frozenset({"certified"})}
    assert Standing.objects.filter(staff=staff).count() == 1
    assert Entry.objects.filter(verb="staff.certified").count() == 1


def test_what_stands_is_shown_to_who_may_see_the_gate_with_who_may_end_it(office):
    friend = office.contact("friend", role="contact", phone="13700137000", legal_basis="consent")
    say(office, "freeze", "dispute")
    say(office, "refusal", "refused", contact=friend.pk)
    say(office, "opt_out", "opt_out", channel="ai_voice")
    over = say(
        office, "approval", "visit", actor=office.supervisor,
        until_at=office.now + timedelta(hours=1),
    )  # fmt: skip
    office.later(hours=2)
    ends = {
        who: {each.row.what: each.may_end for each in shown_to(office, actor).rows}
        for who, actor in {"collector": office.collector, "supervisor": office.supervisor}.items()
    }
    assert ends["collector"] == {"freeze": False, "refusal": False, "opt_out": False}
    assert ends["supervisor"] == {"freeze": True, "refusal": False, "opt_out": True}
    assert over.pk not in [each.row.pk for each in shown_to(office, office.collector).rows]
    refusal = next(
        each for each in shown_to(office, office.collector).rows if each.row.what == "refusal"
    )
    assert refusal.contact is not None and refusal.contact.pk == friend.pk
    auditor = shown_to(office, office.person("auditor"))
    assert not auditor.may_keep and not any(each.may_end for each in auditor.rows)


def test_what_stands_is_not_shown_to_nobody_nor_out_of_scope(office):
    other = Lender.objects.create(code="other", name="O")
    nobody = actor_of(Staff.objects.create(username="nobody", display_name="nobody"))
    for actor in (nobody, office.person("analyst"), office.person("supervisor", lender=other)):
        with pytest.raises(NotPermitted):
            shown_to(office, actor)


def shown_to(office, actor):
    return what_stands(actor=actor, now=office.now, case=office.case.pk)
