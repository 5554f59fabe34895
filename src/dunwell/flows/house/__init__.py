"""Keeping the house: people, keys, the journal."""
