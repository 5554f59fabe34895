"""The desk: the one screen for calls, notes, promises and messages."""
