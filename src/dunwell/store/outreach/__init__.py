"""Outreach: notes, drafts, messages and recordings: what was said, sent and kept."""
