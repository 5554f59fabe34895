"""A synthetic lender with hidden truth: makes books, plays borrowers. Uses core only."""
