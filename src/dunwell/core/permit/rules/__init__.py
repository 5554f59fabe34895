"""The rules: one small pure function each, from facts and numbers to a finding or none.

table.py says of each rule its code, channels, facts and numbers; nothing here is
asked before the table names it.
"""
