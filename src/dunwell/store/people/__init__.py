"""Parties, staff, lenders, branches, agencies, teams."""
