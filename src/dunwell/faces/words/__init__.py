"""Sentences by code, one catalogue per language, zh-Hans first."""
