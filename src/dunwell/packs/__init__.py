"""Law and house policy as dated YAML, the source beside each value. Data only: nothing here is imported for code."""
