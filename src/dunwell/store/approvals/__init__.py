"""Approvals: what somebody may not decide alone, and who decided it."""
