"""Screens for staff, server-rendered."""
