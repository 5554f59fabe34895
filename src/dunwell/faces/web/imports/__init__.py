"""Screens of the book's imports: list, upload, columns, check, progress, result."""
