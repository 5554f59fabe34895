-- The past of each loan summed up, after past.sql and past_turned.sql: the table `loan_past`.
-- `late_days` of a due are those of its last unpaid day; it was late on a day of a window if that
-- day lies in it. The last dues are those after the fourth newest installment.

-- 1. By loan, from its dues.
CREATE OR REPLACE TEMP TABLE past_summed AS
WITH due AS (
    SELECT *, numbered AND total_fen > 0 AS counts,
        greatest(0, unpaid_until - due_date + getvariable('due_day_counts')) AS late_days
    FROM past_due
)
SELECT loan_id,
    max(late_days) FILTER (unpaid_until > getvariable('from_6m')) AS max_past_due_days_6m,
    max(late_days) FILTER (unpaid_until > getvariable('from_12m')) AS max_past_due_days_12m,
    max(late_days) FILTER (unpaid_until > getvariable('from_24m')) AS max_past_due_days_24m,
    {late_times},
    bool_or(first AND late_days >= {first_default_days}) AS first_payment_default,
    max(owed_to_here_fen) AS fallen_fen,
    max(owed_to_here_fen, {one_more_due}) FILTER (counts) AS newest,
    min(due_date) FILTER (counts) AS first_due_on,
    count(*) FILTER (counts) AS installments_due,
    count(*) FILTER (met) AS met
FROM due
GROUP BY loan_id;

-- 2. And from its money: what is paid by the day, and since when.
CREATE OR REPLACE TEMP TABLE past_paid AS
SELECT loan_id, max(paid_fen) AS paid_fen, max(on_day) AS last_paid_on, count(*) AS arrivals
FROM paid_so_far
GROUP BY loan_id;

-- 3. Days of the last year on which money came in and left the oldest late due paid in part:
--    the money of the day ends inside a due, which is late on the day. Most loans need no
--    search: they were not late, or as many sums of dues were met as money arrived.
CREATE OR REPLACE TEMP TABLE searched AS
SELECT loan_id
FROM past_summed LEFT JOIN past_paid USING (loan_id) ANTI JOIN turned USING (loan_id)
WHERE max_past_due_days_12m > 0 AND (arrivals > met OR loan_id IN (FROM dipped));

CREATE OR REPLACE TEMP TABLE past_part_paid AS
WITH arrived AS (
    SELECT loan_id, on_day, paid_fen FROM paid_so_far ANTI JOIN dipped USING (loan_id)
    UNION ALL
    SELECT loan_id, on_day, paid_fen
    FROM (
        SELECT *, lag(paid_fen, 1, 0) OVER (PARTITION BY loan_id ORDER BY on_day) AS before_fen
        FROM exact_money SEMI JOIN dipped USING (loan_id)
    )
    WHERE paid_fen > before_fen
),
lately AS (
    FROM arrived SEMI JOIN searched USING (loan_id) WHERE on_day > getvariable('from_12m')
),
due AS (
    SELECT loan_id, due_date, total_fen, owed_to_here_fen
    FROM past_due SEMI JOIN searched USING (loan_id)
    WHERE unpaid_until > getvariable('from_12m')
        AND due_date < unpaid_until + getvariable('due_day_counts')
)
SELECT lately.loan_id, count(DISTINCT on_day) AS times
FROM lately ASOF JOIN due ON lately.loan_id = due.loan_id AND paid_fen < owed_to_here_fen
WHERE due_date < on_day + getvariable('due_day_counts') AND owed_to_here_fen - total_fen < paid_fen
GROUP BY lately.loan_id
UNION ALL
FROM turned_part_paid;

-- 4. The answer.
CREATE OR REPLACE TABLE loan_past AS
WITH parted AS (
    SELECT *, coalesce(newest[{one_more_due}], 0) AS earlier_fen FROM past_summed
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
