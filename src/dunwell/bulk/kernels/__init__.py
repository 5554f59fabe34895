"""One SQL kernel per rule; the meaning is the function of the same room in core."""
