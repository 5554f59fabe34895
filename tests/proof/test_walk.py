"""The gate keeps the law in every history of a few events: the bounded proof at small depth."""

import pytest

from dunwell.core.permit import TABLE
from dunwell.store.policy.packs import shipped_pack
from proof.law_persons import AMERICA
from proof.ledger import MONDAY
from proof.packs import SHIPPED
from proof.scenes import SCENES
from proof.walk import walk


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_no_history_of_the_scene_parts_gate_and_law(scene):
    walked = walk(scene, depth=scene.depth)
    assert walked.states > 1 and walked.granted
    assert walked.breaches == []


def test_the_law_speaks_of_every_rule_that_asking_answers():
    assert {code for code in AMERICA if not code.startswith("FACT-")} == {row.code for row in TABLE}


def test_the_caps_before_scaling_are_those_of_the_rule_texts():
    packs = [shipped_pack(name) for name in ("cn_small_loan", "house", "us_reg_f")]
    shipped = {
        name: parameter.value_on(MONDAY.date())
        for pack in packs
        for name, parameter in pack.parameters.items()
    }
    assert {name: shipped[name] for name in SHIPPED} == SHIPPED
