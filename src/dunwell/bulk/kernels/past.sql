-- The past of every loan asked for: the meaning of dunwell.core.features.past, for millions.
-- Runs on the views of the ageing kernel, after kernels/features.py set its variables and made
-- `past_loan` (loan_id, loan_key). Makes past_due, past_paid and past_part_paid, to which
-- past_turned.sql adds the loans it is for; past_answer.sql then sums them up.
--
-- A due is latest on the last day on which anything of it was unpaid: the day before its money
-- was all there, or the day asked for. Where money only ever comes in and the dues stand as
-- agreed, as for most loans, that is one search per due: the first day on which the sum of all
-- money reached the sum of all dues up to it.

-- 1. Money of these loans up to the day. Zero says nothing.
CREATE OR REPLACE TEMP TABLE past_money AS
SELECT loan_id, paid_on AS on_day, amount_fen
FROM payment JOIN past_loan USING (loan_key)
WHERE paid_on <= getvariable('as_of') AND amount_fen <> 0;

-- 2. Loans whose money or dues turned: something was taken back, or adjusted.
CREATE OR REPLACE TEMP TABLE turned AS
SELECT loan_id FROM past_money WHERE amount_fen < 0
UNION
SELECT loan_id FROM adjustment JOIN past_loan USING (loan_key)
WHERE effective_on <= getvariable('as_of');

-- 3. All money up to and with each day on which any came. Rows of one day are alike.
CREATE OR REPLACE TEMP TABLE paid_so_far AS
SELECT loan_id, on_day,
    sum(amount_fen) OVER (PARTITION BY loan_id ORDER BY on_day RANGE UNBOUNDED PRECEDING)::BIGINT
        AS paid_fen
FROM past_money ANTI JOIN turned USING (loan_id);

-- 4. Dues that would be late on the day if nobody had paid, and the last day each was unpaid.
CREATE OR REPLACE TEMP TABLE past_due AS
WITH fallen AS (
    SELECT loan_id, seq, due_date,
        principal_fen + interest_fen + fee_fen + penalty_fen AS total_fen
    FROM installment JOIN past_loan USING (loan_key) ANTI JOIN turned USING (loan_id)
    WHERE due_date < getvariable('late_before')
),
running AS (
    SELECT *, total_fen AS agreed_fen,
        sum(total_fen) OVER (PARTITION BY loan_id ORDER BY due_date, seq ROWS UNBOUNDED PRECEDING)
            ::BIGINT AS owed_to_here_fen
    FROM fallen
    WHERE total_fen > 0
)
SELECT running.*, coalesce(on_day - 1, getvariable('as_of')) AS unpaid_until
FROM running ASOF LEFT JOIN paid_so_far
    ON running.loan_id = paid_so_far.loan_id AND owed_to_here_fen <= paid_fen;

-- 5. What is paid by the day, and since when.
CREATE OR REPLACE TEMP TABLE past_paid AS
SELECT loan_id, max(paid_fen) AS paid_fen, max(on_day) AS last_paid_on
FROM paid_so_far
GROUP BY loan_id;

-- 6. Days of the last year on which money came in and left the oldest late due paid in part:
--    the money of the day ends inside a due (on no sum of dues), which is late on the day.
CREATE OR REPLACE TEMP TABLE past_part_paid AS
WITH inside AS (
    SELECT loan_id, on_day, paid_fen
    FROM paid_so_far
    WHERE on_day > getvariable('from_12m') AND NOT EXISTS (
        FROM past_due
        WHERE past_due.loan_id = paid_so_far.loan_id AND owed_to_here_fen = paid_fen
    )
)
SELECT inside.loan_id, count(DISTINCT on_day) AS times
FROM inside ASOF JOIN past_due
    ON inside.loan_id = past_due.loan_id AND paid_fen < owed_to_here_fen
WHERE due_date < on_day + getvariable('due_day_counts')
GROUP BY inside.loan_id;
