"""Process stage 1, prepare: book import, payments, the day run."""
