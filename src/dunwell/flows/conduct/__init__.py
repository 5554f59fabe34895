"""Stage 4, discipline."""
