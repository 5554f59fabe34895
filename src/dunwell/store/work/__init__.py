"""Who can take on what, and who has which case today."""
