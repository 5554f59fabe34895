"""The frame of every staff screen: rail, top bar, preferences, error pages, components."""
