"""Coming in: the form, the lock-out, the first password, the second factor, the way out."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from dunwell.faces.web.access.middleware import PUBLIC
from dunwell.store.people.models import RolePolicy, Staff
from tests.faces.access.conftest import PASSWORD, log_in

pytestmark = pytest.mark.django_db
INSIDE = "/accounts/me/"


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def set_up_second_factor(client):
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    return secret


def test_the_right_password_leads_in_and_capitals_in_the_name_do_not_matter(house):
    house.staff("wang", password=PASSWORD)
    client = Client()
    assert log_in(client, " Wang ").headers["Location"] == "/"
    assert client.get(INSIDE).status_code == 200


def test_a_wrong_password_is_told_without_saying_which_part_was_wrong(house):
    house.staff("wang", password=PASSWORD)
    texts = [
        log_in(Client(), name, "wrong-password").content.decode() for name in ("wang", "nobody")
    ]
    assert all("工作名或密码不对" in text for text in texts)


def test_the_fifth_wrong_password_locks_and_says_until_when(house, client):
    house.staff("wang", password=PASSWORD)
    for _ in range(4):
        assert log_in(client, "wang", "wrong-password").status_code == 200
    locked = log_in(client, "wang", "wrong-password")
    assert locked.status_code == 429
    text = locked.content.decode()
    until = timezone.localtime(locked.context["until_at"]).strftime("%H:%M")
    assert "登录暂停" in text
    assert until in text
    assert 0 < int(locked.headers["Retry-After"]) <= 15 * 60


def test_while_locked_the_right_password_does_not_lead_in_and_the_end_stays(house, client):
    house.staff("wang", password=PASSWORD)
    for _ in range(5):
        first = log_in(client, "wang", "wrong-password")
    again = log_in(client, "wang")
    assert again.status_code == 429
    assert again.context["until_at"] == first.context["until_at"]
    assert client.get(INSIDE).status_code == 302


def test_a_lock_keeps_nobody_else_out(house, client):
    house.staff("wang", password=PASSWORD)
    house.staff("li", password=PASSWORD)
    for _ in range(5):
        log_in(client, "wang", "wrong-password")
    assert log_in(client, "li").status_code == 302


def test_a_closed_account_does_not_come_in_and_its_sessions_end(house, client):
    staff = house.staff("wang", password=PASSWORD)
    log_in(client, "wang")
    staff.is_active = False
    staff.save()
    assert client.get(INSIDE).status_code == 302
    assert "工作名或密码不对" in log_in(Client(), "wang").content.decode()


def test_nobody_signs_up(client):
    for address in ("/accounts/signup/", "/accounts/email/", "/accounts/password/reset/"):
        assert client.get(address).status_code in {302, 404}
    assert not Staff.objects.exists()


def routes(patterns, prefix="", names=()):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern), inner)
        elif isinstance(pattern, URLPattern):
            yield ":".join((*names, pattern.name or "")), pattern


def test_every_address_asks_for_log_in_unless_it_is_listed(client):
    asked = 0
    for name, pattern in routes(get_resolver().url_patterns):
        if name in PUBLIC:
            continue
        kinds = pattern.pattern.converters
        values = {key: 1 if "Int" in type(kind).__name__ else "x" for key, kind in kinds.items()}
        try:
            address = reverse(name, kwargs=values)
        except Exception as fault:
            pytest.fail(f"{name}: {fault}")
        for send in (client.get, client.post):
            answer = send(address)
            if address.startswith("/api/"):
                assert answer.status_code == 401, name
            else:
                assert answer.status_code == 302, name
                assert answer.headers["Location"].startswith("/accounts/login/"), name
        asked += 1
    assert asked > 20


def test_the_api_is_told_401_and_not_redirected(client):
    answer = client.get("/api/v1/nothing")
    assert answer.status_code in {401, 404}
    assert "Location" not in answer.headers


def test_htmx_is_sent_to_the_log_in_page_as_a_whole(client):
    answer = client.get("/house/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/accounts/login/"


def test_a_script_of_a_page_is_told_that_the_log_in_ended(client):
    answer = client.post("/desk/1/draft/", headers={"X-Staff": "7"})
    assert answer.status_code == 401 and "登录已结束" in answer.json()["sentence"]


def test_a_page_that_somebody_else_opened_writes_in_nobody_elses_name(house):
    client = house.visitor("wang")
    own = str(client.get(INSIDE).wsgi_request.user.pk)
    assert client.get(INSIDE, headers={"X-Staff": own}).status_code == 200
    assert client.post("/desk/1/draft/", headers={"X-Staff": own + "1"}).status_code == 401


def test_a_page_seen_after_log_in_is_kept_by_no_cache(house):
    assert "no-store" in house.visitor("wang").get(INSIDE).headers["Cache-Control"]


def test_the_first_log_in_leads_to_a_password_of_ones_own_and_nowhere_else(house):
    client = house.visitor("wang", must_change_password=True)
    page = reverse("account_change_password")
    assert client.get("/house/").headers["Location"] == page
    assert client.get(page).status_code == 200
    wrong = {"present": "guess", "wanted": "calm-forest-77", "again": "calm-forest-77"}
    assert "密码不对" in client.post(page, wrong).content.decode()
    weak = {"present": PASSWORD, "wanted": "12345678901", "again": "12345678901"}
    assert "不要全是数字" in client.post(page, weak).content.decode()
    right = {"present": PASSWORD, "wanted": "calm-forest-77", "again": "calm-forest-77"}
    assert client.post(page, right).headers["Location"] == "/"
    assert client.get(INSIDE).status_code == 200


def test_changing_the_password_ends_the_sessions_on_other_devices(house):
    here, there = house.visitor("wang"), Client()
    log_in(there, "wang")
    told = {"present": PASSWORD, "wanted": "calm-forest-77", "again": "calm-forest-77"}
    here.post(reverse("account_change_password"), told)
    assert here.get(INSIDE).status_code == 200
    assert there.get(INSIDE).status_code == 302


def test_a_second_factor_once_set_up_is_asked_for_at_log_in(house):
    client = house.visitor("wang")
    secret = set_up_second_factor(client)
    kept = Authenticator.objects.get(type="totp").data
    assert secret not in str(kept)
    later = Client()
    assert log_in(later, "wang").headers["Location"].startswith(reverse("mfa_authenticate"))
    assert later.get(INSIDE).status_code == 302
    assert later.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    # A code that was used is not taken again: forget that it was.
    cache.clear()
    later.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert later.get(INSIDE).status_code == 200


def test_wrong_codes_lock_like_wrong_passwords(house):
    set_up_second_factor(house.visitor("wang"))
    client = Client()
    log_in(client, "wang")
    answers = [
        client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code for _ in range(5)
    ]
    assert answers == [200, 200, 200, 200, 429]
    assert log_in(Client(), "wang").status_code == 429


def test_a_recovery_code_leads_in_once(house):
    client = house.visitor("wang")
    set_up_second_factor(client)
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    for expected in (200, 302):
        later = Client()
        log_in(later, "wang")
        later.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert later.get(INSIDE).status_code == expected


def test_a_role_bound_to_a_second_factor_leads_to_its_set_up_and_nowhere_else(house):
    client = house.visitor("wang", "supervisor")
    assert client.get("/house/").status_code == 200
    RolePolicy.objects.create(role="supervisor", totp_required=True)
    assert client.get("/house/").headers["Location"] == reverse("mfa_activate_totp")
    set_up_second_factor(client)
    assert client.get("/house/").status_code == 200
    refused = client.post(reverse("mfa_deactivate_totp"))
    assert "须用两步验证" in refused.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


def test_logging_out_ends_the_session(house):
    client = house.visitor("wang")
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.post(reverse("account_logout")).headers["Location"] == "/accounts/login/"
    assert client.get(INSIDE).status_code == 302


def test_the_language_of_the_account_greets_after_log_in(house):
    client = house.visitor("wang", language="en")
    assert "My account" in client.get(INSIDE).content.decode()
    client.post(INSIDE, {"language": "zh-hans"})
    assert "我的账号" in client.get(INSIDE).content.decode()
    assert Staff.objects.get(username="wang").language == "zh-hans"
