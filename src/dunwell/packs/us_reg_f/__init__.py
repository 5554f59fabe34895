"""Data only: this pack's rules (pack.yaml) and numbers, one parameter a file."""
