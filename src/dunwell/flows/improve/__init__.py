"""Stage 5, feedback and improvement."""
