"""Accounts and passwords."""

import pytest

from dunwell.flows.house.accounts import (
    change_own_password,
    create_staff,
    make_password,
    reset_password,
    set_active,
)
from dunwell.flows.house.refusals import (
    NoSuchStaff,
    OwnAccount,
    PasswordWeak,
    PasswordWrong,
    UsernameTaken,
    UsernameUnfit,
)
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import NotPermitted, actor_of, system_actor

pytestmark = pytest.mark.django_db
OPERATOR = system_actor("command-line")


def opened(when, **changes):
    told = {"username": "wang.li", "display_name": "王丽", **changes}
    return create_staff(actor=OPERATOR, **when, **told)


def test_a_new_account_has_a_first_password_that_must_be_changed(when):
    made = opened(when)
    staff = Staff.objects.get(pk=made.staff)
    assert staff.check_password(made.password)
    assert staff.must_change_password


def test_a_work_name_is_kept_in_small_letters_and_only_once(when):
    opened(when)
    with pytest.raises(UsernameTaken):
        opened(when, username=" Wang.Li ")


@pytest.mark.parametrize("username", ["", "x", "a b", "13812348821", "w13812348821", "x" * 61])
def test_a_work_name_that_is_a_mobile_number_or_no_name_is_refused(when, username):
    with pytest.raises(UsernameUnfit) as refusal:
        opened(when, username=username)
    assert set(refusal.value.figures) == {"length"}


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short1", "password_too_short"),
        ("74629518346", "password_entirely_numeric"),
        ("password123", "password_too_common"),
        ("wang.li.wang", "password_too_similar"),
    ],
)
def test_a_weak_password_is_refused_with_what_is_wrong(when, password, problem):
    with pytest.raises(PasswordWeak) as refusal:
        opened(when, password=password)
    assert problem in refusal.value.figures["problems"]
    assert not Staff.objects.exists()


def test_made_passwords_pass_the_policy_and_differ():
    made = {make_password() for _ in range(100)}
    assert len(made) == 100
    assert {len(each) for each in made} == {17}


def test_no_password_is_printed_or_journalled(when):
    made = opened(when)
    assert made.password not in repr(made)
    for entry in Entry.objects.all():
        assert made.password not in f"{entry.figures}{entry.why}{entry.subject}"


def test_one_changes_ones_own_password_knowing_the_present_one(when):
    made = opened(when)
    actor = actor_of(Staff.objects.get(pk=made.staff))
    with pytest.raises(PasswordWrong):
        change_own_password(actor=actor, **when, present="guess", wanted="quiet-river-42")
    with pytest.raises(PasswordWeak):
        change_own_password(actor=actor, **when, present=made.password, wanted=made.password)
    change_own_password(actor=actor, **when, present=made.password, wanted="quiet-river-42")
    staff = Staff.objects.get(pk=made.staff)
    assert staff.check_password("quiet-river-42")
    assert not staff.must_change_password


def test_a_machine_has_no_password(when):
    with pytest.raises(NotPermitted):
        change_own_password(actor=OPERATOR, **when, present="x", wanted="quiet-river-42")


def test_a_reset_password_must_be_changed_again(when):
    made = opened(when)
    actor = actor_of(Staff.objects.get(pk=made.staff))
    change_own_password(actor=actor, **when, present=made.password, wanted="quiet-river-42")
    again = reset_password(actor=OPERATOR, **when, staff=made.staff)
    staff = Staff.objects.get(pk=made.staff)
    assert staff.check_password(again.password)
    assert staff.must_change_password


def test_an_administrator_resets_nobody_who_also_works_for_a_lender_of_others(house, when):
    shared = house.actor("supervisor")
    house_admin = house.actor("admin")
    from_elsewhere = house.actor("admin", lender=house.other)
    reset_password(actor=house_admin, **when, staff=shared.staff)
    with pytest.raises(NotPermitted):
        reset_password(actor=from_elsewhere, **when, staff=shared.staff)


def test_nobody_closes_their_own_account(house, when):
    admin = house.actor("admin")
    with pytest.raises(OwnAccount):
        set_active(actor=admin, **when, staff=admin.staff, active=False)


def test_closing_twice_is_written_down_once(when):
    made = opened(when)
    for _ in range(2):
        set_active(actor=OPERATOR, **when, staff=made.staff, active=False, why="离职")
    assert Entry.objects.filter(verb="people.deactivate", why="离职").count() == 1


def test_an_account_that_is_not_there_is_named_by_its_number(when):
    with pytest.raises(NoSuchStaff) as refusal:
        reset_password(actor=OPERATOR, **when, staff=99)
    assert refusal.value.figures == {"staff": 99}
