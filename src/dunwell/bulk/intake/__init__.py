"""Reading a lender's files into typed staging tables; a row that cannot be read is a reject.

    from dunwell.bulk.intake.stage import stage_files
    from dunwell.bulk.intake.detect import detect
    from dunwell.bulk.intake.mapping import ColumnMap, read_map

    stage_files(*, paths, workdir, layout="auto", mapping=None, ignore_unknown=False,
                as_of, borrower_no_for_id=None, on_progress=None) -> StagedBatch
    detect(paths, *, workdir, layout="auto", mapping=None) -> DetectedColumns

Both raise a Refusal (dunwell.bulk.intake.refusals) when a file as a whole cannot be taken.
Nothing is written outside `workdir`; the state database is not this room's business.

The staged batch is `workdir/stage.duckdb`. Its tables, all with `source_id INTEGER` (index in
`StagedBatch.sources`) and `source_row BIGINT` (as the person sees it: the first row of a sheet
is 1), amounts `*_fen BIGINT`, days DATE, texts trimmed, empty = NULL, keys unique in each table:

    borrower, loan, installment, payment, adjustment, hold, contact, asset, reason, tape
        the `stored` columns of dunwell.bulk.intake.tables.NATIVE in order (hold: start_on, end_on);
        tape: dunwell.bulk.intake.layouts.LENDER_SAYS. payment.amount_fen is never negative: a row
        with `reverses` undoes that payment
    reject(source_id, source_row, table_name, key, column_name, value_masked, code, figures JSON)
        one per wrong cell; the row is in no other table; `key` is the row's loan_no, else its
        borrower_no or own key, NULL when unreadable. A tape loan that stands here did not leave.
    flag(source_id, source_row, table_name, key, column_name, code, figures JSON)
        warnings; the row is staged
    orphan(table_name, parent_table, parent_key, row_count)
        parents that child rows name and the batch does not bring: check them against the state,
        then `StagedBatch.reject_orphans(...)` those the state does not know either. A reversal of
        a payment from before is an orphan of table payment, parent payment.

`StagedBatch.columns_present[table]` names the columns the files really brought: a column that is
absent must not overwrite what the state knows (installment fee_fen and penalty_fen are then 0).

Layout `tape` fills `tape` and, from it, borrower, loan, installment (one synthetic line, seq 1,
due on tape.synthetic_due_on), contact, asset and reason. Layout `lp` fills borrower, loan,
installment and payment. Key of a borrower on a tape: the customer number, else
`borrower_no_for_id(id_no)` (give a keyed hash), else `L-` and the least loan number.
"""
