"""The signed clouds: their published examples, and a fake that signs by itself.

The real clouds were not called.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from dunwell.channels.sms import aliyun, tencent
from dunwell.channels.sms.gateways import FILE, WrongSetting, read_gateways
from dunwell.channels.sms.http_line import HttpLine
from dunwell.flows.contact.ports import Handed
from dunwell.wiring import open_line
from tests.channels.sms.clouds import KEY, KEY_ID, Cloud, cloud

TEXT = "【善信小贷】王先生/女士，我是善信小贷的客服，请回电0731-80000000。"
ALIYUN = """
[gateways.main]
kind = "aliyun"
key_id = "{id}"
key_secret = {{ file = "key" }}
url = "{url}"
[gateways.main.templates.missed-call]
code = "SMS_1"
text = "${{addressee}}，我是${{lender}}的${{officer}}，请回电${{call_back}}。"
"""
TENCENT = """
[gateways.main]
kind = "tencent"
secret_id = "{id}"
secret_key = {{ file = "key" }}
app_id = "1400000000"
url = "{url}"
[gateways.main.templates.missed-call]
code = "449739"
text = "{{1}}，我是{{2}}的{{3}}，请回电{{4}}。"
"""


@pytest.fixture
def peer() -> Iterator[Cloud]:
    with cloud() as running:
        yield running


def line(folder: Path, settings: str, peer: Cloud, *, key: str = KEY) -> HttpLine:
    (folder / "key").write_text(key)
    (folder / "key").chmod(0o600)
    (folder / FILE).write_text(settings.format(id=KEY_ID, url=peer.url))
    made = open_line(gateway="main", gateways=read_gateways(folder), clock=timezone.now)
    assert isinstance(made, HttpLine)
    return made


def send(line: HttpLine, text: str = TEXT) -> Handed:
    with line() as batch:
        batch.send(permit=None, number="13800138000", text=text, reference="42")  # type: ignore[arg-type]
        [told] = batch.answers()
    line.close()
    return told


def test_the_published_example_of_aliyun() -> None:
    made = aliyun.authorization(
        key_id="YourAccessKeyId",
        key_secret="YourAccessKeySecret",
        query="ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai",
        headers={
            "host": "ecs.cn-shanghai.aliyuncs.com",
            "x-acs-action": "RunInstances",
            "x-acs-content-sha256": (
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            ),
            "x-acs-date": "2023-10-26T10:22:32Z",
            "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
            "x-acs-version": "2014-05-26",
        },
    )
    assert made.endswith("06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


@pytest.mark.parametrize(
    ("key", "more", "signature"),
    [
        (
            "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
            {},
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
        ),
        (
            "*" * 32,
            {"x-tc-action": "DescribeInstances"},
            "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
        ),
    ],
)
def test_the_published_examples_of_tencent(key: str, more: dict[str, str], signature: str) -> None:
    made = tencent.authorization(
        secret_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        secret_key=key,
        service="cvm",
        headers={
            "content-type": "application/json; charset=utf-8",
            "host": "cvm.tencentcloudapi.com",
            **more,
        },
        body=(
            '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"],'
            ' "Name": "instance-name"}]}'
        ),
        now=datetime.fromtimestamp(1551113065, UTC),
    )
    assert made.endswith(f"Signature={signature}")


def test_aliyun_gets_the_registered_template_with_its_values(tmp_path: Path, peer: Cloud) -> None:
    peer.answer = (200, {"Code": "OK", "BizId": "900619^0", "RequestId": "R"})
    assert send(line(tmp_path, ALIYUN, peer)) == Handed("42", "accepted", "900619^0")
    [came] = peer.came
    assert came["path"] == "/", "nothing personal in the address"
    fields = {name: value[0] for name, value in came["fields"].items()}
    assert json.loads(fields.pop("TemplateParam")) == {
        "addressee": "王先生/女士", "lender": "善信小贷", "officer": "客服",
        "call_back": "0731-80000000",
    }  # fmt: skip
    assert fields == {
        "PhoneNumbers": "13800138000", "SignName": "善信小贷", "TemplateCode": "SMS_1",
        "OutId": "42",
    }  # fmt: skip


def test_tencent_gets_the_values_in_order(tmp_path: Path, peer: Cloud) -> None:
    peer.answer = (200, {"Response": {"SendStatusSet": [{"SerialNo": "S:1", "Code": "Ok"}]}})
    assert send(line(tmp_path, TENCENT, peer)) == Handed("42", "accepted", "S:1")
    assert peer.came[0]["fields"] == {
        "PhoneNumberSet": ["+8613800138000"], "SmsSdkAppId": "1400000000",
        "SignName": "善信小贷", "TemplateId": "449739",
        "TemplateParamSet": ["王先生/女士", "善信小贷", "客服", "0731-80000000"],
        "SessionContext": "42",
    }  # fmt: skip


@pytest.mark.parametrize("settings", [ALIYUN, TENCENT])
def test_a_wrong_key_is_refused(tmp_path: Path, peer: Cloud, settings: str) -> None:
    told = send(line(tmp_path, settings, peer, key="another"))
    assert told.answer in ("refused", "unknown") and (peer.wrong, peer.came) == (1, [])


@pytest.mark.parametrize("settings", [ALIYUN, TENCENT])
def test_a_text_that_is_not_registered_never_leaves(
    tmp_path: Path, peer: Cloud, settings: str
) -> None:
    told = send(line(tmp_path, settings, peer), TEXT + "再说一句")
    assert (told.answer, told.code, peer.came) == ("refused", "TEXT-NOT-REGISTERED", [])


@pytest.mark.parametrize(
    ("settings", "status", "body", "answer"),
    [
        (ALIYUN, 400, {"Code": "isv.MOBILE_NUMBER_ILLEGAL"}, "refused"),
        (ALIYUN, 200, {"Code": "isv.BUSINESS_LIMIT_CONTROL"}, "refused"),
        (ALIYUN, 400, {"Code": "Throttling.User"}, "throttled"),
        (ALIYUN, 500, {"Code": "ServiceUnavailable"}, "unknown"),
        (ALIYUN, 200, b"<html>", "unknown"),
        (ALIYUN, 503, {}, "throttled"),
        (
            TENCENT,
            200,
            {"Response": {"Error": {"Code": "AuthFailure.SecretIdNotFound"}}},
            "refused",
        ),
        (TENCENT, 200, {"Response": {"Error": {"Code": "RequestLimitExceeded"}}}, "throttled"),
        (TENCENT, 200, {"Response": {"Error": {"Code": "InternalError"}}}, "unknown"),
        (
            TENCENT,
            200,
            {"Response": {"SendStatusSet": [{"Code": "LimitExceeded.PhoneNumberDailyLimit"}]}},
            "refused",
        ),
        (TENCENT, 200, b"[]", "unknown"),
    ],
)
def test_what_a_cloud_answers(
    tmp_path: Path, peer: Cloud, settings: str, status: int, body: Any, answer: str
) -> None:
    peer.answer = (status, body)
    assert send(line(tmp_path, settings, peer)).answer == answer


def test_a_cloud_that_is_not_there_costs_no_permit_and_is_left_alone_for_longer(
    tmp_path: Path,
) -> None:
    with cloud() as gone:
        made = line(tmp_path, ALIYUN, gone)
    for _ in range(2):
        with pytest.raises(OSError, match=r"refused|waiting"):
            send(made)


def test_without_registered_texts_the_settings_are_refused(tmp_path: Path, peer: Cloud) -> None:
    with pytest.raises(WrongSetting) as refused:
        line(tmp_path, ALIYUN.partition("[gateways.main.templates")[0], peer)
    assert refused.value.figures["where"] == "gateways.main.templates"
