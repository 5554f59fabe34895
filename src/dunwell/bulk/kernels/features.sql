-- Borrowers from their loans and what is known beside: the meaning of dunwell.core.features.
-- Runs after kernels/features.py set its variables, on loan_age (the ageing kernel's), loan_past
-- (past_answer.sql's), `asked_loan` (loan_key, borrower_key, has_left, disbursed_on: the loans of
-- the borrowers asked for) and the views promise, contact_outcome, asset, reason, income.

-- 1. Loans by borrower. One that left the lender's tape counts in loans_total only, one that was
--    not disbursed yet nowhere.
CREATE OR REPLACE TEMP TABLE borrower_loans AS
WITH asked AS (
    SELECT *, coalesce(disbursed_on <= getvariable('as_of'), TRUE) AS begun,
        begun AND NOT has_left AS counts
    FROM asked_loan
)
SELECT borrower_key,
    count(*) FILTER (begun) AS loans_total,
    max(days_past_due) AS days_past_due,
    max(delinquent_days) AS delinquent_days,
    max(place) AS place,
    bool_and(held) FILTER (overdue_fen > 0) AS held,
    sum(overdue_fen) AS overdue_fen,
    sum(outstanding_fen) AS outstanding_fen,
    count(*) FILTER (overdue_fen > 0) AS loans_overdue,
    {worst_of_loans},
    {sums_of_loans},
    bool_or(first_payment_default) AS first_payment_default,
    max(last_paid_on) AS last_paid_on,
    sum(last_dues_owed_fen) AS last_dues_owed_fen,
    sum(last_dues_paid_fen) AS last_dues_paid_fen,
    min(coalesce(disbursed_on, first_due_on)) FILTER (counts) AS begun_on
FROM asked
LEFT JOIN loan_age ON counts AND loan_age.loan_key = asked.loan_key
LEFT JOIN loan_past ON counts AND loan_past.loan_key = asked.loan_key
LEFT JOIN bucket_rank USING (bucket)
GROUP BY borrower_key;

-- 2. Promises. A settled one says how it ended, or, of another state, that it is no more. The
--    newest of those that are not counts, of equal days the worse.
CREATE OR REPLACE TEMP TABLE borrower_promises AS
WITH known AS (
    SELECT borrower_key, promised_on, due_on, settled_on,
        CASE WHEN settled_on <= getvariable('as_of')
                THEN CASE WHEN state IN ('kept', 'part_kept', 'broken') THEN state END
            WHEN getvariable('as_of') < due_on THEN 'open'
            ELSE 'due' END AS state
    FROM promise SEMI JOIN borrower_loans USING (borrower_key)
    WHERE promised_on <= getvariable('as_of')
),
settled AS (
    SELECT borrower_key,
        count(*) FILTER (state = 'kept') AS promises_kept_12m,
        count(*) FILTER (state = 'broken') AS promises_broken_12m
    FROM known
    WHERE settled_on > getvariable('from_12m') AND settled_on <= getvariable('as_of')
    GROUP BY borrower_key
),
newest AS (
    SELECT DISTINCT ON (borrower_key) borrower_key, state, due_on
    FROM known
    WHERE state IS NOT NULL
    ORDER BY borrower_key, promised_on DESC, due_on DESC,
        list_position(['due', 'open', 'broken', 'part_kept', 'kept'], state)
)
SELECT borrower_key, promises_kept_12m, promises_broken_12m, state AS promise_state,
    CASE WHEN state IN ('open', 'due') THEN due_on - getvariable('as_of') END
        AS promise_due_in_days
FROM settled FULL JOIN newest USING (borrower_key);

-- 3. Contacts by which somebody may answer. The order within one day is not known.
CREATE OR REPLACE TEMP TABLE borrower_contacts AS
WITH tried AS (
    SELECT borrower_key, on_day, answered, conversation
    FROM contact_outcome SEMI JOIN borrower_loans USING (borrower_key)
    WHERE on_day <= getvariable('as_of') AND channel IN ({attempt_channels})
),
last_days AS (
    SELECT borrower_key, max(on_day) AS tried_on,
        max(on_day) FILTER (answered) AS answered_on,
        max(on_day) FILTER (conversation) AS spoke_on
    FROM tried
    GROUP BY borrower_key
)
SELECT borrower_key, any_value(tried_on) AS tried_on, any_value(spoke_on) AS spoke_on,
    count(*) FILTER (on_day > getvariable('from_contacts')) AS attempts_30d,
    count(*) FILTER (answered AND on_day > getvariable('from_contacts')) AS answered_30d,
    count(*) FILTER (conversation AND on_day > getvariable('from_contacts'))
        AS conversations_30d,
    count(*) FILTER (answered_on IS NULL OR on_day > answered_on) AS failed_in_row
FROM tried JOIN last_days USING (borrower_key)
GROUP BY borrower_key;

-- 4. What the borrower owns, earns, and says.
CREATE OR REPLACE TEMP TABLE borrower_assets AS
SELECT borrower_key, count(*) AS assets, sum(value_fen) AS asset_value_fen
FROM asset SEMI JOIN borrower_loans USING (borrower_key)
WHERE evidenced_on IS NULL OR evidenced_on <= getvariable('as_of')
GROUP BY borrower_key;

CREATE OR REPLACE TEMP TABLE borrower_reason AS
SELECT DISTINCT ON (borrower_key) borrower_key, noted_on,
    coalesce([{reasons}][list_position([{reasons}], reason)], '{other_reason}') AS reason
FROM reason SEMI JOIN borrower_loans USING (borrower_key)
WHERE noted_on <= getvariable('as_of')
ORDER BY borrower_key, noted_on DESC, list_position([{reasons}], reason) NULLS LAST;

CREATE OR REPLACE TEMP TABLE borrower_income AS
SELECT borrower_key, max(monthly_income_fen) AS monthly_income_fen
FROM income SEMI JOIN borrower_loans USING (borrower_key)
GROUP BY borrower_key;

-- 5. The answer, in the order of FEATURES.
CREATE OR REPLACE TABLE borrower_feature AS
WITH told AS (
    SELECT borrower_loans.* EXCLUDE (days_past_due, delinquent_days, held, overdue_fen,
            outstanding_fen, last_dues_owed_fen, last_dues_paid_fen),
        coalesce(days_past_due, 0) AS days_past_due,
        coalesce(delinquent_days, 0) AS delinquent_days,
        coalesce(held, FALSE) AS held,
        coalesce(overdue_fen, 0)::BIGINT AS overdue_fen,
        coalesce(outstanding_fen, 0)::BIGINT AS outstanding_fen,
        coalesce(last_dues_owed_fen, 0)::HUGEINT AS last_owed_fen,
        last_dues_paid_fen::HUGEINT AS last_paid_fen
    FROM borrower_loans
)
SELECT borrower_key, {answer}
FROM told
LEFT JOIN bucket_rank USING (place)
LEFT JOIN borrower_promises USING (borrower_key)
LEFT JOIN borrower_contacts USING (borrower_key)
LEFT JOIN borrower_assets USING (borrower_key)
LEFT JOIN borrower_reason USING (borrower_key)
LEFT JOIN borrower_income USING (borrower_key);
