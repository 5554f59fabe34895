"""Screens of the gate: its log, the packs and their changes, and why not now."""
