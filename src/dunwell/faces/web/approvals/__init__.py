"""Screens of approvals: what waits for me, what I asked for, what was answered."""
