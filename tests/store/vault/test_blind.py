"""Blind indexes: however a value is written, it is found; nothing else is."""

from datetime import UTC, datetime

import pytest

from dunwell.store.vault import blind_index, blind_index_many, index_candidates, keyring
from dunwell.store.vault.blind import INDEX_BYTES, normal_id_no, normal_phone
from dunwell.store.vault.keyring import changing, write_keyring
from dunwell.store.vault.readings import full_pinyin, initials


@pytest.mark.parametrize(
    "written",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 13800138000",
        "008613800138000",
        "8613800138000",
        "１３８００１３８０００",
    ],
)
def test_a_mobile_number_has_one_form_however_it_is_written(written):
    assert normal_phone(written) == "+8613800138000"


def test_a_landline_has_one_form_with_and_without_the_country():
    assert normal_phone("0571-87654321") == normal_phone("+86 571 8765 4321")


def test_an_id_number_is_found_with_a_small_x_and_full_width_digits():
    assert normal_id_no("11010519491231002x") == "11010519491231002X"
    assert normal_id_no(" １１０１０５１９４９１２３１００２Ｘ ") == "11010519491231002X"


@pytest.mark.parametrize(
    ("name", "full", "short"),
    [
        ("王小明", "wangxiaoming", "wxm"),
        ("单于明", "chanyuming", "cym"),
        ("单小明", "shanxiaoming", "sxm"),
        ("查良镛", "zhaliangyong", "zly"),
        ("仇小明", "qiuxiaoming", "qxm"),
        ("曾国藩", "zengguofan", "zgf"),
        ("解晓东", "xiexiaodong", "xxd"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟卨", "moqixie", "mqx"),
        ("欧阳锋", "ouyangfeng", "oyf"),
        ("区小明", "ouxiaoming", "oxm"),
        ("朴正熙", "piaozhengxi", "pzx"),
        ("吕布", "lvbu", "lb"),
        ("买买提·艾力", "maimaitiaili", "mmtal"),
        ("John Smith", "johnsmith", "js"),
        ("Wang Xiaoming", "wangxiaoming", "wx"),
        ("Lü Bu", "lvbu", "lb"),
    ],
)
def test_a_name_is_read_as_people_read_it(name, full, short):
    assert (full_pinyin(name), initials(name)) == (full, short)


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("name", "wangxiaoming", "王小明"),
        ("name", "Wang Xiaoming", "王小明"),
        ("name", "王小明", "王小明"),
        ("initials", "wxm", "王小明"),
        ("initials", "WXM", "王小明"),
        ("phone", "138 0013 8000", "+8613800138000"),
    ],
)
def test_what_is_typed_finds_what_is_stored(keys, kind, typed, stored):
    assert blind_index(typed, kind=kind) == blind_index(stored, kind=kind)


def test_an_index_is_16_bytes_and_kinds_do_not_mix(keys):
    assert len(blind_index("13800138000", kind="phone")) == INDEX_BYTES
    assert blind_index("12345", kind="id_no") != blind_index("12345", kind="account")


def test_nothing_has_no_index_of_its_own(keys):
    assert blind_index_many(["王小明", None, "", "·"], kind="name")[1:] == [None, None, None]


def test_many_at_once_are_the_same_as_one_by_one(keys):
    assert blind_index_many(["王小明"], kind="name") == [blind_index("王小明", kind="name")]


def test_while_index_keys_rotate_a_search_looks_for_both(keys):
    old = blind_index("王小明", kind="name")
    assert index_candidates("王小明", kind="name") == [old]
    with changing():
        write_keyring(keyring().with_new("index", now=datetime(2026, 11, 24, tzinfo=UTC)))
    new = blind_index("王小明", kind="name")
    assert new != old
    assert index_candidates("王小明", kind="name") == [new, old]
