"""Learning a card from a lender's own borrowers, and judging what was learned.

Pure: arrays and a seed in, records out; files are the business of dunwell.bulk.grading.
Needs numpy, so grading one borrower does not import it.
"""
