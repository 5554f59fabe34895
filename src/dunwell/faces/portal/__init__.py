"""Screens for the borrower."""
