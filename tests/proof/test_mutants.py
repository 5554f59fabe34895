"""A broken gate is noticed: here every rule dropped or negated; all mutants in `make proof`."""

import pytest

from dunwell.core.permit.table import ROWS
from proof.equivalents import EQUIVALENT
from proof.mutants import all_mutants, story_of
from proof.scenes import SCENES
from proof.walk import walk

WHOLE_RULES = ("dropped", "negated")


@pytest.fixture(scope="module")
def walks():
    return [walk(scene, depth=min(2, scene.depth)) for scene in SCENES]


@pytest.mark.parametrize("how", WHOLE_RULES)
def test_a_gate_with_one_rule_broken_is_noticed(walks, how):
    mutants = [mutant for mutant in all_mutants() if mutant.name.endswith(f": {how}")]
    assert len(mutants) == len(ROWS)
    assert [mutant.name for mutant in mutants if story_of(mutant, walks) is None] == []


def test_a_counter_example_is_told_as_a_story(walks):
    dropped = next(each for each in all_mutants() if each.name == "asking CN-T02: dropped")
    story = story_of(dropped, walks)
    assert story is not None
    assert story[0].startswith("scene: ")
    assert "asked: " in story[-3]
    assert "CN-T02" not in story[-2]
    assert "CN-T02 refuse" in story[-1]


def test_every_equivalent_on_the_list_is_a_mutant_with_a_reason():
    names = {mutant.name for mutant in all_mutants()}
    assert set(EQUIVALENT) <= names
    assert all(len(reason) > 20 for reason in EQUIVALENT.values())
