-- The past of every loan asked for: the meaning of dunwell.core.features.past, for millions.
-- Runs on the views of the ageing kernel, after kernels/features.py set its variables and made
-- `past_loan` (loan_id, loan_key). Makes what past_answer.sql sums up; past_turned.sql comes
-- between and adds the dues of `turned` loans.
--
-- A due is latest on the last day on which anything of it was unpaid: the day before its money
-- was there to stay, or the day asked for. Where the dues stand as agreed, as for most loans,
-- that is one search per due: the first day on which the sum of all money reached the sum of
-- all dues up to it.

-- 1. Loans whose dues were adjusted: past_turned.sql sees to their dues.
CREATE OR REPLACE TEMP TABLE turned AS
SELECT DISTINCT loan_id FROM adjustment JOIN past_loan USING (loan_key)
WHERE effective_on <= getvariable('as_of') AND kind <> 'refund';

-- 2. All money up to and with each day on which any came or went. Rows of one day are alike, and
--    amounts of nothing are left out (at the end: before the join they would mislead the planner
--    about which side is large).
CREATE OR REPLACE TEMP TABLE paid_so_far AS
SELECT loan_id, on_day, amount_fen,
    sum(amount_fen) OVER (PARTITION BY loan_id ORDER BY on_day RANGE UNBOUNDED PRECEDING)::BIGINT
        AS paid_fen
FROM (
    SELECT loan_id, paid_on AS on_day, amount_fen
    FROM payment JOIN past_loan USING (loan_key)
    WHERE paid_on <= getvariable('as_of')
    UNION ALL
    SELECT loan_id, effective_on, -amount_fen
    FROM adjustment JOIN past_loan USING (loan_key)
    WHERE kind = 'refund' AND effective_on <= getvariable('as_of')
)
QUALIFY amount_fen <> 0;

-- 3. Where money was taken back, only what stayed counts from a day on: the least that the sum
--    ever was again. `exact_money` keeps the sums as they were; one row a day, none below zero.
CREATE OR REPLACE TEMP TABLE dipped AS
SELECT DISTINCT loan_id FROM paid_so_far WHERE amount_fen < 0;

CREATE OR REPLACE TEMP TABLE exact_money AS
SELECT DISTINCT loan_id, on_day, greatest(0, paid_fen) AS paid_fen
FROM paid_so_far
WHERE loan_id IN (FROM dipped) OR loan_id IN (FROM turned);

DELETE FROM paid_so_far WHERE loan_id IN (FROM dipped);

INSERT INTO paid_so_far BY NAME
SELECT loan_id, min(on_day) AS on_day, paid_fen
FROM (
    SELECT loan_id, on_day, min(paid_fen) OVER (
        PARTITION BY loan_id ORDER BY on_day ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
    ) AS paid_fen
    FROM exact_money SEMI JOIN dipped USING (loan_id)
)
WHERE paid_fen > 0
GROUP BY loan_id, paid_fen;

-- 4. Dues that would be late on the day if nobody had paid, and the last day each was unpaid.
--    `numbered`: an installment, no loose charge; `first`: the first that asks for anything;
--    `met`: some sum of money is just this sum of dues.
CREATE OR REPLACE TEMP TABLE past_due AS
WITH fallen AS (
    SELECT loan_id, seq, due_date,
        principal_fen + interest_fen + fee_fen + penalty_fen AS total_fen
    FROM installment JOIN past_loan USING (loan_key) ANTI JOIN turned USING (loan_id)
    WHERE due_date < getvariable('late_before')
),
running AS (
    SELECT loan_id, due_date, total_fen,
        sum(total_fen) OVER (PARTITION BY loan_id ORDER BY due_date, seq ROWS UNBOUNDED PRECEDING)
            ::BIGINT AS owed_to_here_fen
    FROM fallen
    WHERE total_fen > 0
)
SELECT running.*, TRUE AS numbered, owed_to_here_fen = total_fen AS first,
    coalesce(paid_fen = owed_to_here_fen, FALSE) AS met,
    coalesce(on_day - 1, getvariable('as_of')) AS unpaid_until
FROM running ASOF LEFT JOIN paid_so_far
    ON running.loan_id = paid_so_far.loan_id AND owed_to_here_fen <= paid_fen;
