"""Law and house policy as dated YAML, the source beside each value: data only, no code."""
