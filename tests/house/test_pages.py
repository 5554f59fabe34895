"""A reader of either language finds every page, from the README on."""

from __future__ import annotations

from pathlib import Path

from tests.house.pages import unpaired_pages
from tests.house.tree import ROOT, expect_none


def test_every_page_stands_in_both_languages_and_the_readmes_lead_to_it() -> None:
    expect_none(unpaired_pages(ROOT))


def test_a_page_of_one_language_unlike_its_other_or_led_to_by_nothing_is_found(
    tmp_path: Path,
) -> None:
    for language, readme in (("zh", "README.md"), ("en", "README.en.md")):
        (tmp_path / "docs" / language).mkdir(parents=True)
        (tmp_path / "docs" / language / "gate.md").write_text("# Gate\n\n| a |\n")
        (tmp_path / readme).write_text(f"[gate](docs/{language}/gate.md)\n")
    assert not list(unpaired_pages(tmp_path))
    (tmp_path / "docs/en/gate.md").write_text("# Gate\n\n## More\n")
    assert "has other" in str(next(unpaired_pages(tmp_path)))
    (tmp_path / "docs/en/gate.md").unlink()
    assert "one language" in str(next(unpaired_pages(tmp_path)))
    (tmp_path / "README.md").write_text("nothing\n")
    assert "leads nowhere" in str(next(unpaired_pages(tmp_path)))
