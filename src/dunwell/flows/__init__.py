"""One file per business verb. A flow owns its transaction, permission check and journal row."""
