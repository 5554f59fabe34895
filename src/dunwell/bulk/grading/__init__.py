"""Grading from files: scoring a feature file, learning from one, judging what was learned."""
