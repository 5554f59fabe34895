-- The late unpaid installments of each loan, after ageing.sql; no rows while the loan's own
-- delinquent_days is 0. An installment is placed by its own late days less its own hold days,
-- without grace. Loose charges of one day are one line without seq.

CREATE OR REPLACE TABLE installment_age AS
WITH paused AS (
    SELECT loan_id, seq, due_date, sum(days_in(start_on, end_on, due_date)) AS held_days
    FROM held_span JOIN open_due USING (loan_id)
    WHERE is_late
    GROUP BY loan_id, seq, due_date
),
placed AS (
    SELECT balance.loan_key, open_due.seq, open_due.due_date,
        total_fen - settled_fen AS unpaid_fen,
        (getvariable('late_before') - open_due.due_date)::INTEGER AS late_days,
        greatest(0, getvariable('late_before') - open_due.due_date - coalesce(held_days, 0))
            ::INTEGER AS delinquent_days
    FROM open_due
    JOIN balance ON balance.rowid = open_due.loan_id
    LEFT JOIN paused ON paused.loan_id = open_due.loan_id
        AND paused.due_date = open_due.due_date
        AND paused.seq IS NOT DISTINCT FROM open_due.seq
    WHERE is_late
)
SELECT placed.*, bucket_of(bucket_days(delinquent_days, late_days)) AS bucket
FROM placed
SEMI JOIN (SELECT loan_key FROM loan_age WHERE delinquent_days > 0) USING (loan_key);
