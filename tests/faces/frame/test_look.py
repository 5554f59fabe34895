"""The look: tokens legible in light and dark, icons that exist, assets that name no network."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from dunwell.faces.web.frame.marks import STATES, TONE_ICONS
from dunwell.faces.web.frame.rail import PLACES

ROOT = Path(__file__).parents[3]
TOKENS = (ROOT / "frontend/src/css/tokens.css").read_text(encoding="utf-8")
ICONS = {
    line.split("#")[0].strip()
    for line in (ROOT / "frontend/src/icons.txt").read_text(encoding="utf-8").splitlines()
}
ON_SURFACES = ("ink", "ink-soft", "accent", "good", "wait", "stop")
DEPTH_TEXT = {0: "ink", 5: "on-bucket-middle", 6: "on-bucket-deep", 7: "on-bucket-deep"}


def tokens(theme: str) -> dict[str, str]:
    light, dark = TOKENS[TOKENS.index(":root {") :].split("@variant dark", 1)
    read = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", light))
    if theme == "dark":
        read |= dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", dark))
    return read


def contrast(one: str, other: str) -> float:
    lights = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_is_legible_on_every_ground_it_stands_on(theme: str) -> None:
    t = tokens(theme)
    for ground in ("paper", "surface", "hover"):
        for ink in ON_SURFACES:
            assert contrast(t[ink], t[ground]) >= 4.5, (theme, ink, ground)
    for tone in ("good", "wait", "stop"):
        assert contrast(t[tone], t[f"{tone}-wash"]) >= 4.5, (theme, tone)
    assert contrast(t["ink-soft"], t["neutral-wash"]) >= 4.5
    assert contrast(t["accent-strong"], t["accent-wash"]) >= 4.5
    assert contrast(t["on-accent"], t["accent"]) >= 4.5
    assert contrast(t["line-strong"], t["surface"]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("depth", range(8))
def test_every_bucket_tag_is_legible(theme: str, depth: int) -> None:
    t = tokens(theme)
    text = t[DEPTH_TEXT.get(depth, "on-bucket-pale")]
    assert contrast(text, t[f"bucket-{depth}"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_bucket_scale_goes_from_pale_to_deep(theme: str) -> None:
    t = tokens(theme)
    lights = [_luminance(t[f"bucket-{depth}"]) for depth in range(1, 8)]
    assert lights == sorted(lights, reverse=True)
    assert all(a / b > 1.1 for a, b in pairwise(lights))


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    named = {state.icon for state in STATES.values()} | set(TONE_ICONS.values())
    named |= {place.icon for top in PLACES for place in (top, *top.parts)}
    for template in (ROOT / "src/dunwell/faces/web").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        named |= set(re.findall(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']""", text))
        named |= set(re.findall(r"""\bmark=["']([a-z0-9-]+)["']""", text))
    assert named <= ICONS, sorted(named - ICONS)


def test_the_lock_file_names_no_registry() -> None:
    lock = (ROOT / "frontend/package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert "tgz" not in lock
