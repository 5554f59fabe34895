-- The late unpaid installments of each loan, after ageing.sql; no rows while the loan's own
-- delinquent_days is 0. An installment is placed by its own late days less its own hold days,
-- without grace. Loose charges of one day are one line without seq.

CREATE OR REPLACE TABLE installment_age AS
WITH paused AS (
    SELECT loan_key, seq, due_date, sum(days_in(start_on, end_on, due_date)) AS held_days
    FROM held_span JOIN late_due USING (loan_key)
    GROUP BY loan_key, seq, due_date
),
placed AS (
    SELECT d.loan_key, d.seq, d.due_date,
        total_fen - settled_fen AS unpaid_fen,
        (getvariable('late_before') - d.due_date)::INTEGER AS late_days,
        greatest(0, getvariable('late_before') - d.due_date - coalesce(held_days, 0))::INTEGER
            AS delinquent_days
    FROM late_due d
    LEFT JOIN paused p ON p.loan_key = d.loan_key AND p.due_date = d.due_date
        AND p.seq IS NOT DISTINCT FROM d.seq
)
SELECT placed.*, bucket_of(bucket_days(placed.delinquent_days, late_days)) AS bucket
FROM placed
SEMI JOIN (SELECT loan_key FROM loan_age WHERE delinquent_days > 0) USING (loan_key);
