"""The rail: which places the left bar shows, and which of them is the current one.

A place is shown when its route exists, so a room that is not built yet is not
offered, and when the reader's role may enter it. A room joins by naming its
URLs as written here; nothing else is registered anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dunwell.faces.web.access.acting import actor_behind
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import holds


@dataclass(frozen=True, kw_only=True)
class Place:
    """One entry of the rail. `words` is what the command palette also finds it by."""

    label: str | Promise
    icon: str
    route: str = ""
    words: str = ""
    parts: tuple[Place, ...] = ()
    permission: str = ""
    """Shown to whoever holds it over anything; empty: to everybody."""


@dataclass(kw_only=True)
class Stop:
    """A place as one page shows it: with its address and whether the reader is there."""

    label: str | Promise
    icon: str
    href: str
    words: str
    current: bool
    parts: list[Stop] = field(default_factory=list)


PLACES: tuple[Place, ...] = (
    Place(
        label=_("今日"),
        icon="sun-medium",
        route="today",
        permission="case.see",
        words="jr jinri today home front",
    ),
    Place(
        label=_("工作"),
        icon="clipboard-list",
        words="gz gongzuo work",
        parts=(
            Place(
                label=_("今日工作"),
                icon="clipboard-list",
                route="work:today",
                permission="permit.ask",
                words="jrgz jinrigongzuo worklist",
            ),
            Place(
                label=_("跟进"),
                icon="handshake",
                route="follow_up:board",
                permission="case.see",
                words="gj genjin follow up promises",
            ),
            Place(
                label=_("工作台"),
                icon="phone",
                route="desk:home",
                permission="permit.ask",
                words="gzt gongzuotai desk call",
            ),
            Place(
                label=_("消息"),
                icon="message-square",
                route="outbox:list",
                permission="message.see",
                words="xx xiaoxi dx duanxin messages sms outbox",
            ),
            Place(
                label=_("分案"),
                icon="users",
                route="work:board",
                permission="case.assign",
                words="fa fenan board assign",
            ),
            Place(
                label=_("工时"),
                icon="clock",
                route="work:capacity",
                permission="case.assign",
                words="gs gongshi capacity hours",
            ),
            Place(
                label=_("每步用时"),
                icon="hourglass",
                route="desk:times",
                permission="day.see",
                words="mbys meibuyongshi timings seconds",
            ),
            Place(
                label=_("现在不办"),
                icon="history",
                route="desk:put_offs",
                permission="day.see",
                words="xzbb xianzaibuban put off not now",
            ),
        ),
    ),
    Place(
        label=_("案件"),
        icon="briefcase-business",
        route="cases:list",
        permission="case.see",
        words="aj anjian cases",
    ),
    Place(
        label=_("数据"),
        icon="database",
        words="sj shuju book data",
        parts=(
            Place(
                label=_("导入"),
                icon="upload",
                route="imports:list",
                permission="book.see",
                words="dr daoru import upload",
            ),
            Place(
                label=_("日运行"),
                icon="play",
                route="runs:list",
                permission="day.see",
                words="ryx riyunxing day run",
            ),
        ),
    ),
    Place(
        label=_("合规"),
        icon="shield-check",
        route="gate:log",
        permission="permit.see",
        words="hg hegui gate",
    ),
    Place(
        label=_("策略"),
        icon="route",
        route="strategy:list",
        permission="strategy.see",
        words="cl celue strategy",
    ),
    Place(
        label=_("审批"),
        icon="stamp",
        route="approvals:list",
        permission="case.see",
        words="sp shenpi approvals",
    ),
    Place(
        label=_("统计"),
        icon="chart-no-axes-combined",
        route="insight:home",
        words="tj tongji insight figures",
    ),
    Place(
        label=_("日志"),
        icon="history",
        route="journal:list",
        permission="journal.see",
        words="rz rizhi journal audit",
    ),
    Place(label=_("设置"), icon="settings", route="house:home", words="sz shezhi settings"),
)


def stops_for(request: HttpRequest) -> list[Stop]:
    """The rail of this page, in order: only what exists and what the reader may enter."""
    return list(_open(PLACES, may=_may(request), path=request.path))


def address_of(route: str) -> str:
    """The address of a named route, or an empty text while its room is not built."""
    return _address(route, settings.ROOT_URLCONF, get_script_prefix())


@cache
def _address(route: str, _addresses: str, _prefix: str) -> str:
    """Routes do not change while a process lives; every page asks for thirty of them."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def _may(request: HttpRequest) -> Callable[[str], bool]:
    user = getattr(request, "user", None)
    if not isinstance(user, Staff):
        # Nobody has logged in, or the page is drawn without a store: nothing is hidden.
        return lambda permission: True
    actor, day = actor_behind(request), timezone.localdate()
    return lambda permission: holds(actor, permission, day=day)


def _open(places: tuple[Place, ...], *, may: Callable[[str], bool], path: str) -> Iterator[Stop]:
    for place in places:
        if place.permission and not may(place.permission):
            continue
        parts = list(_open(place.parts, may=may, path=path))
        href = address_of(place.route) if place.route else ""
        href = href or (parts[0].href if parts else "")
        if not href:
            continue
        inside = path == href if href == "/" else path.startswith(href)
        yield Stop(
            label=place.label,
            icon=place.icon,
            href=href,
            words=place.words,
            current=inside or any(part.current for part in parts),
            parts=parts,
        )
