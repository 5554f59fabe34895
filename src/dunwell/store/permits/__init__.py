"""Permits: the gate's log, what became of each permit, and what stands about people."""
