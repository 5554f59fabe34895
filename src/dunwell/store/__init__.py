"""State: Django models, migrations and scoped queries, one small app per room. Blind to bulk."""
