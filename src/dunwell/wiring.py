"""Which channel fills which port of the flows. The only place that chooses."""
