-- What each loan owes on the day, paid or not, as rows of `due`: the schedule after its
-- adjustments. The meaning is dunwell.core.allocation.dues. Loans without an adjustment that
-- counts, nearly all of them, pass through as agreed.

-- 1. Adjustments that count, each with the installment it names, if the schedule has that one.
CREATE OR REPLACE TEMP TABLE effective AS
SELECT adjustment.loan_key, installment.seq, component, amount_fen, effective_on,
    kind IN ('accrual', 'charge') AS raises
FROM adjustment
LEFT JOIN installment
    ON installment.loan_key = adjustment.loan_key AND installment.seq = adjustment.seq
WHERE effective_on <= getvariable('as_of') AND kind <> 'refund';

-- 2. Dues of those loans, one row per component while they are changed.
CREATE OR REPLACE TEMP TABLE adjusted_due AS
WITH agreed AS (
    SELECT loan_key, seq, due_date,
        unnest(['fee', 'penalty', 'interest', 'principal', 'cost']) AS component,
        unnest([fee_fen, penalty_fen, interest_fen, principal_fen, 0]) AS agreed_fen
    FROM installment SEMI JOIN effective USING (loan_key)
),
own AS (
    SELECT loan_key, seq, component,
        coalesce(sum(amount_fen) FILTER (raises), 0) AS raised_fen,
        coalesce(sum(amount_fen) FILTER (NOT raises), 0) AS lowered_fen
    FROM effective
    WHERE seq IS NOT NULL
    GROUP BY loan_key, seq, component
),
part AS (
    SELECT loan_key, seq, due_date, component,
        greatest(0, agreed_fen + coalesce(raised_fen, 0) - coalesce(lowered_fen, 0)) AS owed_fen
    FROM agreed LEFT JOIN own USING (loan_key, seq, component)
    UNION ALL
    -- Charges that name no installment are owed from their own day.
    SELECT loan_key, NULL, effective_on, component, sum(amount_fen)
    FROM effective
    WHERE seq IS NULL AND raises
    GROUP BY loan_key, effective_on, component
),
of_loan AS (
    SELECT loan_key, component, sum(amount_fen) AS lowered_fen
    FROM effective
    WHERE seq IS NULL AND NOT raises
    GROUP BY loan_key, component
),
running AS (
    SELECT part.*, coalesce(lowered_fen, 0) AS lowered_fen,
        coalesce(sum(owed_fen) OVER (
            PARTITION BY loan_key, component ORDER BY due_date, seq NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS owed_before_fen
    FROM part LEFT JOIN of_loan USING (loan_key, component)
),
-- Waivers and write-offs that name no installment lower the oldest due first.
lowered AS (
    SELECT loan_key, seq, due_date, component,
        owed_fen - least(owed_fen, greatest(0, lowered_fen - owed_before_fen)) AS owed_fen
    FROM running
)
SELECT loan_key, seq, due_date,
    coalesce(sum(owed_fen) FILTER (component = 'cost'), 0)::BIGINT AS cost_fen,
    coalesce(sum(owed_fen) FILTER (component = 'fee'), 0)::BIGINT AS fee_fen,
    coalesce(sum(owed_fen) FILTER (component = 'penalty'), 0)::BIGINT AS penalty_fen,
    coalesce(sum(owed_fen) FILTER (component = 'interest'), 0)::BIGINT AS interest_fen,
    coalesce(sum(owed_fen) FILTER (component = 'principal'), 0)::BIGINT AS principal_fen
FROM lowered
GROUP BY loan_key, seq, due_date;

-- 3. Both together.
CREATE OR REPLACE TEMP VIEW due AS
SELECT loan_key, seq, due_date, 0::BIGINT AS cost_fen, fee_fen, penalty_fen, interest_fen,
    principal_fen, fee_fen + penalty_fen + interest_fen + principal_fen AS total_fen
FROM installment ANTI JOIN effective USING (loan_key)
UNION ALL
SELECT loan_key, seq, due_date, cost_fen, fee_fen, penalty_fen, interest_fen,
    principal_fen, cost_fen + fee_fen + penalty_fen + interest_fen + principal_fen
FROM adjusted_due;
