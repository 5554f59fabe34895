"""The desk's own state: which case lies on whose desk, how long acts take, whose keys are moved."""
