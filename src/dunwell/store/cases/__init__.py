"""One case per party and lender."""
