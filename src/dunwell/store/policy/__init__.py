"""Published packs, calendars, strategies, house parameters."""
