-- The past of each loan summed up, after past.sql and past_turned.sql: the table `loan_past`.
-- `late_days` of a due are those of its last unpaid day; it was late on a day of a window if that
-- day lies in it. The last dues are those after the fourth newest installment.

CREATE OR REPLACE TABLE loan_past AS
WITH due AS (
    SELECT *, seq IS NOT NULL AND total_fen > 0 AS counts,
        greatest(0, unpaid_until - due_date + getvariable('due_day_counts')) AS late_days
    FROM past_due
),
summed AS (
    SELECT loan_id,
        max(late_days) FILTER (unpaid_until > getvariable('from_6m')) AS max_past_due_days_6m,
        max(late_days) FILTER (unpaid_until > getvariable('from_12m')) AS max_past_due_days_12m,
        max(late_days) FILTER (unpaid_until > getvariable('from_24m')) AS max_past_due_days_24m,
        {late_times},
        arg_min(coalesce(late_days, 0), (due_date - DATE '1900-01-01')::BIGINT * 1073741824 + seq)
            FILTER (agreed_fen > 0 AND seq IS NOT NULL) >= {first_default_days}
            AS first_payment_default,
        sum(total_fen)::BIGINT AS fallen_fen,
        max(owed_to_here_fen, {one_more_due}) FILTER (counts) AS newest,
        min(due_date) FILTER (counts) AS first_due_on,
        count(*) FILTER (counts) AS installments_due
    FROM due
    GROUP BY loan_id
),
parted AS (
    SELECT *, coalesce(newest[{one_more_due}], 0) AS earlier_fen FROM summed
)
SELECT loan_key,
    coalesce(max_past_due_days_6m, 0)::INTEGER AS max_past_due_days_6m,
    coalesce(max_past_due_days_12m, 0)::INTEGER AS max_past_due_days_12m,
    coalesce(max_past_due_days_24m, 0)::INTEGER AS max_past_due_days_24m,
    {late_times_known},
    coalesce(first_payment_default, FALSE) AS first_payment_default,
    coalesce(times, 0)::INTEGER AS part_payments_12m,
    last_paid_on,
    coalesce(fallen_fen - earlier_fen, 0) AS last_dues_owed_fen,
    coalesce(
        least(fallen_fen - earlier_fen, greatest(0, coalesce(paid_fen, 0) - earlier_fen)), 0
    ) AS last_dues_paid_fen,
    first_due_on,
    coalesce(installments_due, 0)::INTEGER AS installments_due
FROM past_loan
LEFT JOIN parted USING (loan_id)
LEFT JOIN past_paid USING (loan_id)
LEFT JOIN past_part_paid USING (loan_id);
