"""Assignment: who gets which action today, by gain of acting under shared limits, and by whom."""
