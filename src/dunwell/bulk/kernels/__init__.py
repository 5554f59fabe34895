"""One SQL kernel per rule; the meaning is the function of the same room in core.

The ageing kernel (kernels/ageing.py) reads five views of one DuckDB connection:

    loan        loan_key, allocation_order VARCHAR (null: the house order)
    installment loan_key, seq INTEGER, due_date DATE,
                principal_fen, interest_fen, fee_fen, penalty_fen BIGINT (none null)
    payment     loan_key, paid_on DATE, amount_fen BIGINT (a reversal is negative, on its own day)
    adjustment  loan_key, seq INTEGER (may be null), kind VARCHAR, component VARCHAR,
                amount_fen BIGINT (never negative), effective_on DATE
    hold        loan_key, start_on DATE, end_on DATE (null: open)

`loan_key` may be of any type, the same in all five: loan_no of native files, or
the integer id of the state database. A loan is one that any of the five names;
each gets exactly one row. Any view may be empty.

    age_views(connection, as_of=..., terms=..., with_installments=False)

makes the tables `loan_age` (LOAN_AGE_COLUMNS) and, if asked, `installment_age`
(INSTALLMENT_AGE_COLUMNS), unordered. Shards of a book lie as Parquet in
ROOT/<view name>/shard=<k>/*.parquet; `bulk.shards` opens and ages them,
`bulk.runners` hands them out.
"""
