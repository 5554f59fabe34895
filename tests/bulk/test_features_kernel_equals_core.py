"""The one-borrower function is the meaning, the kernel the same meaning fast: proved equal here."""

from __future__ import annotations

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from dunwell.core.ageing import AgeingTerms
from tests.bulk.feature_borrowers import Borrower, core_features, kernel_features
from tests.core.features.drawn import AS_OF, ASIDES, LOAN, TERMS

CONNECTION = duckdb.connect()
EXAMPLES = 1_000 if settings.get_current_profile_name() == "proof" else 30
SOMEBODY = st.builds(
    Borrower, loans=st.lists(LOAN, min_size=1, max_size=3), asides=st.one_of(ASIDES)
)


@given(borrowers=st.lists(SOMEBODY, min_size=1, max_size=30), terms=TERMS)
@settings(max_examples=EXAMPLES, deadline=None)
def test_kernel_and_one_borrower_function_give_the_same_answer(
    borrowers: list[Borrower], terms: AgeingTerms
) -> None:
    by_key = {f"B{number:02}": one for number, one in enumerate(borrowers)}
    found = kernel_features(by_key, as_of=AS_OF, terms=terms, connection=CONNECTION)
    expected = core_features(by_key, as_of=AS_OF, terms=terms)
    assert found.keys() == expected.keys()
    for key, one in by_key.items():
        assert found[key] == expected[key], one
