"""The rules over millions of loans: DuckDB kernels, shards, runners. Blind to the store."""
