"""New index keys: refusals and counts go by the row of a number, and the row is found again."""

from datetime import UTC, date, datetime

import pytest

from dunwell.flows.contact.standings import Said, stand
from dunwell.flows.house.rotate_keys import rotate_keys
from dunwell.store.book.models import Contact
from dunwell.store.people.permissions import system_actor
from dunwell.store.permits.models import Reach
from dunwell.store.vault import init_keyring
from tests.flows.contact.people import open_office

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.django_db
def test_who_refused_is_still_known_and_dials_still_count_under_new_index_keys(tmp_path, settings):
    settings.KEYS_FILE = tmp_path / "keys.json"
    init_keyring(now=AT)
    office = open_office()
    friend = office.contact("friend", role="contact", phone="13700137000", legal_basis="consent")
    stand(
        actor=office.supervisor, now=office.now, case=office.case.pk,
        said=Said(what="refusal", kind="refused", why="明确拒绝联系", contact=friend.pk),
    )  # fmt: skip
    for _ in range(6):
        office.call(answered=False)
        office.later(minutes=20)
    before = {bytes(index) for index in Reach.objects.values_list("phone_index", flat=True)}
    rotate_keys(
        actor=system_actor("command-line"), day=date(2026, 3, 2), now=AT, index=True,
        progress=lambda *_: None,
    )  # fmt: skip
    after = {bytes(index) for index in Reach.objects.values_list("phone_index", flat=True)}
    assert len(after) == 2 and not before & after
    assert {bytes(c.phone_index) for c in Contact.objects.all()} == after
    assert "CN-W04" in office.ask("friend", purpose="notify").decision.codes
    assert "CN-T04" in office.ask().decision.codes
    assert Reach.objects.count() == 2
