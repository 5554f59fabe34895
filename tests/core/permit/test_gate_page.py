"""The pages on the gate: their tables are the gate's tables, their example is answered."""

from __future__ import annotations

import json
import re

import pytest

from dunwell.core.permit import decide, read_request
from dunwell.faces.words.gate_answer import answer
from dunwell.store.policy.packs import shipped_gate
from tests.core.permit.gate_page import PAGES, filled

languages = pytest.mark.parametrize("language", sorted(PAGES))


@languages
def test_the_tables_of_the_page_are_those_of_the_gate(language: str) -> None:
    page = PAGES[language].read_text("utf-8")
    assert filled(page, language=language) == page, "python -m tests.core.permit.gate_page"


@languages
def test_the_example_of_the_page_is_what_the_gate_answers(language: str) -> None:
    page = PAGES[language].read_text("utf-8")
    question, expected = (
        json.loads(found)
        for name in ("question", "answer")
        for found in re.findall(rf"```json {name}\n(.*?)```", page, flags=re.DOTALL)
    )
    said = answer(decide(facts=read_request(question), gate=shipped_gate()))
    assert {key: said[key] for key in expected} == expected
