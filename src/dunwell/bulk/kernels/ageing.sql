-- Ageing of every loan of one shard: the meaning of dunwell.core.ageing, for millions.
-- Runs after ageing_dues.sql made `due`, and kernels/ageing.py the terms: the variables as_of,
-- late_before (a due before it is late) and grace_days, the macros bucket_of and bucket_days,
-- and the table settle_rank.
--
-- Oldest first needs no loop: what is left of a due is all that fell due up to and with it,
-- less all that was paid, between nothing and the due itself. Most loans need not even that:
-- sums alone say what is late and what is open. Only where money ends somewhere among the
-- dues (steps 3 and 4) are they put in order, which is what costs time and memory.

CREATE OR REPLACE TEMP MACRO left_over(owed_fen, money_fen) AS
    owed_fen - least(owed_fen, greatest(0, money_fen));

CREATE OR REPLACE TEMP MACRO days_in(span_start, span_end, from_day) AS
    greatest(0, span_end - greatest(span_start, from_day));

-- What of a due is settled before the component whose turn is given.
CREATE OR REPLACE TEMP MACRO fen_before(part, turn) AS
    CASE WHEN part['cost_turn'] < turn THEN part['cost_fen'] ELSE 0 END
    + CASE WHEN part['fee_turn'] < turn THEN part['fee_fen'] ELSE 0 END
    + CASE WHEN part['penalty_turn'] < turn THEN part['penalty_fen'] ELSE 0 END
    + CASE WHEN part['interest_turn'] < turn THEN part['interest_fen'] ELSE 0 END
    + CASE WHEN part['principal_turn'] < turn THEN part['principal_fen'] ELSE 0 END;

-- 1. Money that counts on the day. A reversal is a negative row on its own day.
CREATE OR REPLACE TEMP TABLE money AS
SELECT loan_key, greatest(0, sum(amount_fen))::BIGINT AS paid_fen
FROM (
    SELECT loan_key, amount_fen FROM payment WHERE paid_on <= getvariable('as_of')
    UNION ALL
    SELECT loan_key, -amount_fen FROM adjustment
    WHERE kind = 'refund' AND effective_on <= getvariable('as_of')
)
GROUP BY loan_key;

-- 2. What each loan owes, paid or not, late or not, against its money. `ahead_fen` is money
--    that has gone into dues that are not late yet.
CREATE OR REPLACE TEMP TABLE balance AS
WITH owed AS (
    SELECT loan_key,
        sum(total_fen)::BIGINT AS owed_fen,
        coalesce(sum(total_fen) FILTER (due_date < getvariable('late_before')), 0)::BIGINT
            AS late_fen,
        min(due_date) FILTER (due_date >= getvariable('late_before') AND total_fen > 0)
            AS next_due_date
    FROM due
    GROUP BY loan_key
),
both_sides AS (
    SELECT loan_key, next_due_date,
        coalesce(owed_fen, 0) AS owed_fen,
        coalesce(late_fen, 0) AS late_fen,
        coalesce(paid_fen, 0) AS paid_fen
    FROM owed FULL JOIN money USING (loan_key)
)
SELECT loan_key, next_due_date, paid_fen,
    greatest(0, owed_fen - paid_fen) AS outstanding_fen,
    greatest(0, paid_fen - owed_fen) AS overpaid_fen,
    greatest(0, late_fen - paid_fen) AS overdue_fen,
    greatest(0, paid_fen - late_fen) AS ahead_fen
FROM both_sides;

-- 3. Late dues that are not fully paid. At most one of a loan is paid in part, its oldest:
--    there `settled_fen` is what was paid of it, elsewhere 0.
CREATE OR REPLACE TEMP TABLE late_due AS
WITH running AS (
    SELECT due.*, paid_fen,
        sum(total_fen) OVER (
            PARTITION BY loan_key ORDER BY due_date, seq NULLS LAST ROWS UNBOUNDED PRECEDING
        )::BIGINT AS owed_to_here_fen
    FROM due JOIN balance USING (loan_key)
    WHERE overdue_fen > 0 AND due_date < getvariable('late_before')
)
SELECT * EXCLUDE (paid_fen, owed_to_here_fen),
    greatest(0, total_fen - (owed_to_here_fen - paid_fen)) AS settled_fen
FROM running
WHERE owed_to_here_fen > paid_fen AND total_fen > 0;

-- 4. The oldest unpaid due date where money has gone ahead into dues not late yet.
CREATE OR REPLACE TEMP TABLE ahead AS
WITH running AS (
    SELECT loan_key, due_date, ahead_fen,
        sum(total_fen) OVER (
            PARTITION BY loan_key ORDER BY due_date, seq NULLS LAST ROWS UNBOUNDED PRECEDING
        )::BIGINT AS owed_to_here_fen
    FROM due JOIN balance USING (loan_key)
    WHERE ahead_fen > 0 AND outstanding_fen > 0 AND due_date >= getvariable('late_before')
)
SELECT loan_key, min(due_date) AS due_date
FROM running
WHERE owed_to_here_fen > ahead_fen
GROUP BY loan_key;

-- 5. The late side of each loan by component. In a due paid in part the components settle in
--    the loan's order: each keeps what is above the money left when its turn comes.
--    settle_rank says, per order, the turn of each component.
CREATE OR REPLACE TEMP TABLE late_loan AS
WITH part AS (
    SELECT late_due.*, settle_rank.*
    FROM late_due
    LEFT JOIN loan USING (loan_key)
    JOIN settle_rank ON settle_rank.written = coalesce(loan.allocation_order, '')
    WHERE settled_fen > 0
),
unpaid AS (
    SELECT loan_key, due_date, cost_fen, fee_fen, penalty_fen, interest_fen, principal_fen
    FROM late_due
    WHERE settled_fen = 0
    UNION ALL
    SELECT loan_key, due_date,
        left_over(cost_fen, settled_fen - fen_before(part, cost_turn)),
        left_over(fee_fen, settled_fen - fen_before(part, fee_turn)),
        left_over(penalty_fen, settled_fen - fen_before(part, penalty_turn)),
        left_over(interest_fen, settled_fen - fen_before(part, interest_turn)),
        left_over(principal_fen, settled_fen - fen_before(part, principal_turn))
    FROM part
)
SELECT loan_key,
    min(due_date) AS due_date,
    sum(cost_fen)::BIGINT AS cost_fen,
    sum(fee_fen)::BIGINT AS fee_fen,
    sum(penalty_fen)::BIGINT AS penalty_fen,
    sum(interest_fen)::BIGINT AS interest_fen,
    sum(principal_fen)::BIGINT AS principal_fen
FROM unpaid
GROUP BY loan_key;

-- 6. Holds as spans without overlap, cut at the day: a hold opens a new span only if it
--    starts after all earlier ones ended (gaps and islands).
CREATE OR REPLACE TEMP TABLE held_span AS
WITH clipped AS (
    SELECT loan_key, start_on,
        least(coalesce(end_on, getvariable('as_of')), getvariable('as_of')) AS end_on
    FROM hold
    WHERE start_on < getvariable('as_of') AND (end_on IS NULL OR end_on > start_on)
),
marked AS (
    SELECT *, coalesce(start_on > max(end_on) OVER (
        PARTITION BY loan_key ORDER BY start_on, end_on
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), TRUE) AS opens
    FROM clipped
),
numbered AS (
    SELECT *, count(*) FILTER (opens) OVER (
        PARTITION BY loan_key ORDER BY start_on, end_on ROWS UNBOUNDED PRECEDING
    ) AS span
    FROM marked
)
SELECT loan_key, min(start_on) AS start_on, max(end_on) AS end_on
FROM numbered
GROUP BY loan_key, span;

-- 7. The answer: one row for every loan that any table names.
CREATE OR REPLACE TABLE loan_age AS
WITH every_loan AS (
    SELECT loan_key FROM loan
    UNION SELECT loan_key FROM balance
    UNION SELECT loan_key FROM adjustment
    UNION SELECT loan_key FROM hold
),
held_now AS (
    SELECT DISTINCT loan_key, TRUE AS held FROM hold
    WHERE start_on <= getvariable('as_of')
        AND (end_on IS NULL OR getvariable('as_of') < end_on)
),
paused AS (
    SELECT loan_key, sum(days_in(start_on, end_on, due_date)) AS held_days
    FROM held_span JOIN late_loan USING (loan_key)
    GROUP BY loan_key
),
late AS (
    SELECT *,
        (getvariable('late_before') - due_date)::INTEGER AS days_past_due,
        greatest(0, getvariable('late_before') - due_date - coalesce(held_days, 0)
            - getvariable('grace_days'))::INTEGER AS delinquent_days
    FROM late_loan LEFT JOIN paused USING (loan_key)
)
SELECT loan_key,
    coalesce(late.days_past_due, 0) AS days_past_due,
    coalesce(late.delinquent_days, 0) AS delinquent_days,
    CASE WHEN outstanding_fen > 0 THEN coalesce(late.due_date, ahead.due_date, next_due_date) END
        AS oldest_unpaid_due_date,
    late.due_date + getvariable('grace_days') AS delinquent_date,
    coalesce(late.principal_fen, 0) AS overdue_principal_fen,
    coalesce(late.interest_fen, 0) AS overdue_interest_fen,
    coalesce(late.fee_fen, 0) AS overdue_fee_fen,
    coalesce(late.penalty_fen, 0) AS overdue_penalty_fen,
    coalesce(late.cost_fen, 0) AS overdue_cost_fen,
    coalesce(balance.overdue_fen, 0) AS overdue_fen,
    coalesce(balance.outstanding_fen, 0) AS outstanding_fen,
    coalesce(balance.overpaid_fen, 0) AS overpaid_fen,
    bucket_of(bucket_days(coalesce(late.delinquent_days, 0), coalesce(late.days_past_due, 0)))
        AS bucket,
    coalesce(held_now.held, FALSE) AS held
FROM every_loan
LEFT JOIN balance USING (loan_key)
LEFT JOIN late USING (loan_key)
LEFT JOIN ahead USING (loan_key)
LEFT JOIN held_now USING (loan_key);
