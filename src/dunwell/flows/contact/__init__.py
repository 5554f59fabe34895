"""Process stage 2, collect."""
