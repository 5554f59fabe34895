"""The bounded proof of the gate: every history of events to a depth, and mutants of its rules.

`walk` walks, `law` says in its own words what may happen, `mutants` breaks the rules one
at a time to see whether the law notices. Called by bench/proof.py and tests/proof.
"""
