"""The dunwell command: noun verb."""
