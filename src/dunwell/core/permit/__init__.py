"""The gate's rules: whether one contact may be made, why not, and when it may be.

`compile_gate(packs)` compiles once, `read_request` reads a question, `decide` answers it;
`read_closing` and `close_check` do the same for a finished contact. Pure: the
moment, the facts and the packs are arguments. Rule texts: packs/*/pack.yaml.
"""

from dunwell.core.permit.closing import CLOSING_PATHS, read_closing
from dunwell.core.permit.engine import (
    Decision,
    Gate,
    Lifted,
    Reason,
    answer_hash,
    close_check,
    compile_gate,
    decide,
)
from dunwell.core.permit.facts import BEIJING, Facts, WordingFinding
from dunwell.core.permit.findings import VERDICTS, Finding, Verdict
from dunwell.core.permit.limits import LETS_THROUGH, NUMBERS
from dunwell.core.permit.packs import Bound, Pack, PacksDisagree, RuleSource, Stack, stack
from dunwell.core.permit.packs import bind as bind_parameter
from dunwell.core.permit.paths import BadRequest
from dunwell.core.permit.request import PATHS, read_request
from dunwell.core.permit.rules.closing import ClosingFacts
from dunwell.core.permit.rules.content import WORDING, sms_parts
from dunwell.core.permit.table import CLOSING, CODES, TABLE, Rule

__all__ = [
    "BEIJING",
    "CLOSING",
    "CLOSING_PATHS",
    "CODES",
    "LETS_THROUGH",
    "NUMBERS",
    "PATHS",
    "TABLE",
    "VERDICTS",
    "WORDING",
    "BadRequest",
    "Bound",
    "ClosingFacts",
    "Decision",
    "Facts",
    "Finding",
    "Gate",
    "Lifted",
    "Pack",
    "PacksDisagree",
    "Reason",
    "Rule",
    "RuleSource",
    "Stack",
    "Verdict",
    "WordingFinding",
    "answer_hash",
    "bind_parameter",
    "close_check",
    "compile_gate",
    "decide",
    "read_closing",
    "read_request",
    "sms_parts",
    "stack",
]
