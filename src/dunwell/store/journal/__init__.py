"""Who did what, when and why; sealed into hash chains."""
