"""Reading a lender's files into typed staging tables, with a reject for every row that cannot be read."""
