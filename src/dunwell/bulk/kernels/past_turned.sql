-- The past of loans whose dues were adjusted: charges, accruals, waivers, write-offs. Runs after
-- past.sql, adds their rows to past_due and makes turned_part_paid.
--
-- Between two days on which anything turns a loan stands still: such a span has one sum of money
-- and one list of dues, and what is late in it is latest on its last day. So each span is laid
-- against the dues as they stood in it. The meaning of what adjustments do is
-- dunwell.core.allocation.dues, as in ageing_dues.sql.

-- 1. Adjustments of dues, each with the installment it names, if the schedule has that one.
--    `loosely`: loans where something is lowered without naming one; only there does it matter
--    to other dues which component was lowered.
CREATE OR REPLACE TEMP TABLE turned_adjustment AS
SELECT loan_id, installment.seq, component, amount_fen, effective_on,
    kind IN ('accrual', 'charge') AS raises
FROM adjustment
JOIN past_loan USING (loan_key)
LEFT JOIN installment
    ON installment.loan_key = adjustment.loan_key AND installment.seq = adjustment.seq
WHERE effective_on <= getvariable('as_of') AND kind <> 'refund';

CREATE OR REPLACE TEMP TABLE loosely AS
SELECT DISTINCT loan_id FROM turned_adjustment WHERE seq IS NULL AND NOT raises;

-- 2. Spans: from a day on which something turned until the day before the next. The first one
--    reaches back before everything.
CREATE OR REPLACE TEMP TABLE span AS
WITH turns AS (
    SELECT loan_id, on_day, max(paid_fen) AS paid_fen
    FROM (
        FROM exact_money SEMI JOIN turned USING (loan_id)
        UNION ALL
        SELECT loan_id, effective_on, NULL FROM turned_adjustment
        UNION ALL
        SELECT loan_id, DATE '0001-01-01', 0 FROM turned
    )
    GROUP BY loan_id, on_day
),
stood AS (
    SELECT loan_id, on_day AS from_on,
        coalesce(lead(on_day) OVER by_day - 1, getvariable('as_of')) AS until_on,
        last_value(paid_fen IGNORE NULLS) OVER by_day AS paid_fen
    FROM turns
    WINDOW by_day AS (PARTITION BY loan_id ORDER BY on_day ROWS UNBOUNDED PRECEDING)
)
SELECT *, row_number() OVER () AS span_id,
    coalesce(lag(paid_fen) OVER (PARTITION BY loan_id ORDER BY from_on), 0) AS paid_before_fen
FROM stood;

-- 3. Every due of these loans as it stood from a day until another. Most are as agreed for ever;
--    the others change component by component, none below zero, and are then added up, but for
--    the loosely lowered loans, which keep them apart.
CREATE OR REPLACE TEMP TABLE due_version AS
WITH agreed AS (
    SELECT loan_id, seq, due_date, fee_fen, penalty_fen, interest_fen, principal_fen,
        fee_fen + penalty_fen + interest_fen + principal_fen AS agreed_fen
    FROM installment JOIN past_loan USING (loan_key) SEMI JOIN turned USING (loan_id)
    WHERE due_date < getvariable('late_before')
),
own AS (
    SELECT loan_id, seq, component, effective_on,
        coalesce(sum(amount_fen) FILTER (raises), 0) AS raised_fen,
        coalesce(sum(amount_fen) FILTER (NOT raises), 0) AS lowered_fen
    FROM turned_adjustment
    WHERE seq IS NOT NULL
    GROUP BY loan_id, seq, component, effective_on
),
changing AS (
    SELECT loan_id, seq, due_date, agreed_fen,
        unnest(['fee', 'penalty', 'interest', 'principal', 'cost']) AS component,
        unnest([fee_fen, penalty_fen, interest_fen, principal_fen, 0]) AS part_fen
    FROM agreed
    WHERE loan_id IN (FROM loosely) OR (loan_id, seq) IN (SELECT (loan_id, seq) FROM own)
),
part_version AS (
    SELECT changing.*, effective_on AS from_on,
        greatest(0, part_fen + sum(raised_fen - lowered_fen) OVER (
            PARTITION BY loan_id, seq, component ORDER BY effective_on ROWS UNBOUNDED PRECEDING
        )) AS owed_fen
    FROM changing JOIN own USING (loan_id, seq, component)
    UNION ALL
    SELECT changing.*, DATE '0001-01-01', part_fen FROM changing
),
moved AS (
    SELECT loan_id, seq, due_date, agreed_fen, component, from_on,
        owed_fen - coalesce(lag(owed_fen) OVER (
            PARTITION BY loan_id, seq, component ORDER BY from_on
        ), 0) AS moved_fen
    FROM part_version
    UNION ALL
    SELECT loan_id, seq, due_date, agreed_fen, 'all', DATE '0001-01-01', agreed_fen
    FROM agreed ANTI JOIN changing USING (loan_id, seq)
    UNION ALL
    -- Charges that name no installment are owed from their own day.
    SELECT loan_id, NULL, effective_on, 0, component, effective_on, amount_fen
    FROM turned_adjustment
    WHERE seq IS NULL AND raises AND effective_on < getvariable('late_before')
),
told AS (
    SELECT loan_id, seq, due_date, any_value(agreed_fen) AS agreed_fen,
        CASE WHEN loan_id IN (FROM loosely) THEN component ELSE 'all' END AS part,
        from_on, sum(moved_fen) AS moved_fen
    FROM moved
    GROUP BY ALL
)
SELECT loan_id, seq, due_date, agreed_fen, part, from_on,
    lead(from_on, 1, DATE '9999-12-31') OVER by_day AS before,
    (sum(moved_fen) OVER by_day)::BIGINT AS owed_fen
FROM told
WINDOW by_day AS (
    PARTITION BY loan_id, seq, due_date, part ORDER BY from_on ROWS UNBOUNDED PRECEDING
);

-- 4. Each span against the dues that would be late on its last day.
CREATE OR REPLACE TEMP TABLE standing_due AS
WITH met AS (
    SELECT span_id, span.loan_id, seq, due_date, agreed_fen, part, owed_fen
    FROM span JOIN due_version
        ON span.loan_id = due_version.loan_id
        AND span.from_on >= due_version.from_on AND span.from_on < before
        AND due_date < until_on + getvariable('due_day_counts')
),
-- Waivers and write-offs that name no installment lower the oldest due first.
loose AS (
    SELECT span_id, component AS part, sum(amount_fen) AS lowered_fen
    FROM turned_adjustment
    JOIN span ON span.loan_id = turned_adjustment.loan_id AND effective_on <= from_on
    WHERE seq IS NULL AND NOT raises
    GROUP BY span_id, component
),
apart AS (
    SELECT met.*, coalesce(lowered_fen, 0) AS lowered_fen,
        coalesce(sum(owed_fen) OVER (
            PARTITION BY span_id, part ORDER BY due_date, seq NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS owed_before_fen
    FROM met LEFT JOIN loose USING (span_id, part)
    WHERE loan_id IN (FROM loosely)
),
whole AS (
    SELECT span_id, loan_id, seq, due_date, agreed_fen, owed_fen AS total_fen
    FROM met
    WHERE loan_id NOT IN (FROM loosely)
    UNION ALL
    SELECT span_id, loan_id, seq, due_date, any_value(agreed_fen),
        sum(owed_fen - least(owed_fen, greatest(0, lowered_fen - owed_before_fen)))
    FROM apart
    GROUP BY span_id, loan_id, seq, due_date
)
SELECT whole.*, paid_fen, from_on, until_on, paid_before_fen,
    sum(total_fen) OVER (
        PARTITION BY span_id ORDER BY due_date, seq NULLS LAST ROWS UNBOUNDED PRECEDING
    )::BIGINT AS owed_to_here_fen
FROM whole JOIN span USING (span_id);

-- 5. The rows of past.sql for these loans: a due is unpaid until the last span that left any of
--    it so, and is owed what the last span says.
INSERT INTO past_due BY NAME
WITH by_due AS (
    SELECT loan_id, seq, due_date,
        any_value(agreed_fen) AS agreed_fen,
        coalesce(max(total_fen) FILTER (until_on = getvariable('as_of')), 0)::BIGINT AS total_fen,
        coalesce(max(owed_to_here_fen) FILTER (until_on = getvariable('as_of')), 0)
            AS owed_to_here_fen,
        max(until_on) FILTER (total_fen > 0 AND owed_to_here_fen > paid_fen) AS unpaid_until
    FROM standing_due
    GROUP BY loan_id, seq, due_date
)
SELECT loan_id, due_date, total_fen, owed_to_here_fen, unpaid_until,
    seq IS NOT NULL AS numbered, FALSE AS met,
    numbered AND agreed_fen > 0 AND row_number() OVER (
        PARTITION BY loan_id ORDER BY numbered AND agreed_fen > 0 DESC, due_date, seq
    ) = 1 AS first
FROM by_due;

-- 6. Days of the last year on which money came in and left the oldest late due paid in part.
CREATE OR REPLACE TEMP TABLE turned_part_paid AS
WITH oldest AS (
    SELECT loan_id, span_id,
        arg_min(total_fen, owed_to_here_fen) AS total_fen,
        min(owed_to_here_fen) AS owed_to_here_fen,
        any_value(paid_fen) AS paid_fen
    FROM standing_due
    WHERE total_fen > 0 AND owed_to_here_fen > paid_fen AND paid_fen > paid_before_fen
        AND from_on > getvariable('from_12m')
        AND due_date < from_on + getvariable('due_day_counts')
    GROUP BY loan_id, span_id
)
SELECT loan_id, count(*) AS times
FROM oldest
WHERE owed_to_here_fen - total_fen < paid_fen
GROUP BY loan_id;
