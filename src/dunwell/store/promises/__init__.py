"""Promises and plans: what borrowers agreed to, and how it stands."""
