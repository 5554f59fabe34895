"""docs/*/security.md shows the table of permissions as it is."""

from pathlib import Path

import pytest

from dunwell.store.people.models import Role
from dunwell.store.people.permissions import PERMISSIONS

DOCS = Path(__file__).parents[3] / "docs"
WORDS = {
    "zh": {"机构": "lender", "本组": "team", "本人": "own"},
    "en": {"lender": "lender", "team": "team", "own": "own"},
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_what_the_table_says(language):
    shown = {}
    for line in (DOCS / language / "security.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 1 + len(Role.values) and cells[0].startswith("`"):
            scopes = [WORDS[language].get(cell) for cell in cells[1:]]
            shown[cells[0].strip("`")] = {
                role: scope for role, scope in zip(Role.values, scopes, strict=True) if scope
            }
    assert shown == {name: dict(rule.roles) for name, rule in PERMISSIONS.items()}
