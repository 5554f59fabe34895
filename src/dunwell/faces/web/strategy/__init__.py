"""The strategy room: what is in force, changing it with a preview, and experiments."""
