"""Pure rules: no Django, no clock, no I/O, no log, no randomness. Money is whole fen, days are dates."""
