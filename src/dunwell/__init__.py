"""Dunwell (善催): the overdue-collection process of a micro-lender, lawful and gentle."""

__version__ = "0.1.0"
