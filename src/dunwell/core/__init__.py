"""Pure rules: no Django, clock, I/O, log or randomness. Money is whole fen, days are dates."""
