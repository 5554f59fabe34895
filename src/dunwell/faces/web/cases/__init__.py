"""Screens of the cases: the front page, the list, the case page, search and export."""
