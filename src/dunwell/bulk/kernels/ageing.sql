-- Ageing of every loan of one shard: the meaning of dunwell.core.ageing, for millions.
-- Runs after ageing_dues.sql made `due`, and kernels/ageing.py the terms: the variables as_of,
-- late_before (a due before it is late) and grace_days, the macros bucket_of and bucket_days,
-- and the table settle_turn.
--
-- Oldest first needs no loop: what is left of a due is all that fell due up to and with it,
-- less all that was paid, between nothing and the due itself. Most loans need not even that:
-- sums alone say what is late and what is open. Only where money ends somewhere among the
-- dues (step 3) are they put in order, which is what costs time and memory.

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

-- 1. Money that counts on the day. A reversal is a negative row on its own day; a payment to
--    come is worth nothing yet, but it names a loan.
CREATE OR REPLACE TEMP TABLE money AS
SELECT loan_key, greatest(0, sum(amount_fen))::BIGINT AS paid_fen
FROM (
    SELECT loan_key,
        CASE WHEN paid_on <= getvariable('as_of') THEN amount_fen ELSE 0 END AS amount_fen
    FROM payment
    UNION ALL
    SELECT loan_key, -amount_fen FROM adjustment
    WHERE kind = 'refund' AND effective_on <= getvariable('as_of')
)
GROUP BY loan_key;

-- 2. One row for every loan that any view names: what it owes, paid or not, late or not,
--    against its money. `ahead_fen` is money that has gone into dues that are not late yet.
--    From here on a loan is its rowid in this table: a whole number is cheaper than any key.
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
named AS (
    SELECT loan_key, allocation_order FROM loan
    UNION ALL
    SELECT loan_key, NULL
    FROM (SELECT loan_key FROM adjustment UNION SELECT loan_key FROM hold)
    ANTI JOIN loan USING (loan_key)
),
both_sides AS (
    SELECT loan_key, allocation_order, next_due_date,
        coalesce(owed_fen, 0) AS owed_fen,
        coalesce(late_fen, 0) AS late_fen,
        coalesce(paid_fen, 0) AS paid_fen
    FROM owed FULL JOIN money USING (loan_key) FULL JOIN named USING (loan_key)
)
SELECT loan_key, allocation_order, next_due_date, paid_fen,
    greatest(0, owed_fen - paid_fen) AS outstanding_fen,
    greatest(0, paid_fen - owed_fen) AS overpaid_fen,
    greatest(0, late_fen - paid_fen) AS overdue_fen,
    greatest(0, paid_fen - late_fen) AS ahead_fen
FROM both_sides;

-- 3. Unpaid dues in order, where sums do not say which they are: the late ones of a loan with
--    anything overdue, and those not late yet of a loan that has paid ahead into them.
--    `settled_fen` is above 0 in the one due of a loan that is paid in part.
CREATE OR REPLACE TEMP TABLE open_due AS
WITH searched AS (
    SELECT rowid AS loan_id, loan_key, overdue_fen > 0 AS is_late,
        CASE WHEN overdue_fen > 0 THEN paid_fen ELSE ahead_fen END AS money_fen
    FROM balance
    WHERE overdue_fen > 0 OR (ahead_fen > 0 AND outstanding_fen > 0)
),
running AS (
    SELECT loan_id, is_late, money_fen, due.* EXCLUDE (loan_key),
        sum(total_fen) OVER (
            PARTITION BY loan_id ORDER BY due_date, seq NULLS LAST ROWS UNBOUNDED PRECEDING
        )::BIGINT AS owed_to_here_fen
    FROM due JOIN searched USING (loan_key)
    WHERE (due_date < getvariable('late_before')) = is_late
)
SELECT * EXCLUDE (money_fen, owed_to_here_fen),
    greatest(0, total_fen - (owed_to_here_fen - money_fen)) AS settled_fen
FROM running
WHERE owed_to_here_fen > money_fen AND total_fen > 0;

-- 4. Those by loan: the oldest unpaid due date, and the late amounts by component. In the due
--    paid in part the components settle in the loan's order: each keeps what is above the
--    money left when its turn comes. settle_turn says, per order, the turn of each.
CREATE OR REPLACE TEMP TABLE open_loan AS
WITH part AS (
    SELECT open_due.*, settle_turn.*
    FROM open_due
    JOIN balance ON balance.rowid = loan_id
    JOIN settle_turn ON written = coalesce(allocation_order, '')
    WHERE settled_fen > 0
),
unpaid AS (
    SELECT loan_id, due_date, cost_fen, fee_fen, penalty_fen, interest_fen, principal_fen
    FROM open_due
    WHERE settled_fen = 0
    UNION ALL
    SELECT loan_id, due_date,
        left_over(cost_fen, settled_fen - fen_before(part, cost_turn)),
        left_over(fee_fen, settled_fen - fen_before(part, fee_turn)),
        left_over(penalty_fen, settled_fen - fen_before(part, penalty_turn)),
        left_over(interest_fen, settled_fen - fen_before(part, interest_turn)),
        left_over(principal_fen, settled_fen - fen_before(part, principal_turn))
    FROM part
)
SELECT loan_id,
    min(due_date) AS due_date,
    min(due_date) < getvariable('late_before') AS is_late,
    sum(cost_fen)::BIGINT AS cost_fen,
    sum(fee_fen)::BIGINT AS fee_fen,
    sum(penalty_fen)::BIGINT AS penalty_fen,
    sum(interest_fen)::BIGINT AS interest_fen,
    sum(principal_fen)::BIGINT AS principal_fen
FROM unpaid
GROUP BY loan_id;

-- 5. Holds as spans without overlap, cut at the day: a hold opens a new span only if it
--    starts after all earlier ones ended (gaps and islands). Distinct first: two equal holds
--    have no order, and the two windows below must not each choose their own.
CREATE OR REPLACE TEMP TABLE held_span AS
WITH clipped AS (
    SELECT DISTINCT balance.rowid AS loan_id, start_on,
        least(coalesce(end_on, getvariable('as_of')), getvariable('as_of')) AS end_on
    FROM hold JOIN balance USING (loan_key)
    WHERE start_on < getvariable('as_of') AND (end_on IS NULL OR end_on > start_on)
),
marked AS (
    SELECT *, coalesce(start_on > max(end_on) OVER (
        PARTITION BY loan_id ORDER BY start_on, end_on
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), TRUE) AS opens
    FROM clipped
),
numbered AS (
    SELECT *, count(*) FILTER (opens) OVER (
        PARTITION BY loan_id ORDER BY start_on, end_on ROWS UNBOUNDED PRECEDING
    ) AS span
    FROM marked
)
SELECT loan_id, min(start_on) AS start_on, max(end_on) AS end_on
FROM numbered
GROUP BY loan_id, span;

-- 6. The answer.
CREATE OR REPLACE TABLE loan_age AS
WITH held_now AS (
    SELECT DISTINCT loan_key, TRUE AS held FROM hold
    WHERE start_on <= getvariable('as_of')
        AND (end_on IS NULL OR getvariable('as_of') < end_on)
),
paused AS (
    SELECT loan_id, sum(days_in(start_on, end_on, due_date)) AS held_days
    FROM held_span JOIN open_loan USING (loan_id)
    WHERE is_late
    GROUP BY loan_id
),
late AS (
    SELECT * EXCLUDE (is_late),
        (getvariable('late_before') - due_date)::INTEGER AS days_past_due,
        greatest(0, getvariable('late_before') - due_date - coalesce(held_days, 0)
            - getvariable('grace_days'))::INTEGER AS delinquent_days
    FROM open_loan LEFT JOIN paused USING (loan_id)
    WHERE is_late
)
SELECT loan_key,
    coalesce(late.days_past_due, 0) AS days_past_due,
    coalesce(late.delinquent_days, 0) AS delinquent_days,
    CASE WHEN outstanding_fen > 0 THEN coalesce(open_loan.due_date, next_due_date) END
        AS oldest_unpaid_due_date,
    late.due_date + getvariable('grace_days') AS delinquent_date,
    coalesce(late.principal_fen, 0) AS overdue_principal_fen,
    coalesce(late.interest_fen, 0) AS overdue_interest_fen,
    coalesce(late.fee_fen, 0) AS overdue_fee_fen,
    coalesce(late.penalty_fen, 0) AS overdue_penalty_fen,
    coalesce(late.cost_fen, 0) AS overdue_cost_fen,
    overdue_fen,
    outstanding_fen,
    overpaid_fen,
    bucket_of(bucket_days(coalesce(late.delinquent_days, 0), coalesce(late.days_past_due, 0)))
        AS bucket,
    coalesce(held, FALSE) AS held
FROM balance
LEFT JOIN open_loan ON open_loan.loan_id = balance.rowid
LEFT JOIN late ON late.loan_id = balance.rowid
LEFT JOIN held_now USING (loan_key);
