"""Who did what, when and why; sealed into hash chains.

- `append.append`, `append.append_many`: one row per act, in the flow's transaction.
- `guards.append_only`, `guards.versioned`: decorators for models that keep what they were told.
- `sequencer.seal_pending`, `verify.prove_chains`: the chains and their proof.
"""
