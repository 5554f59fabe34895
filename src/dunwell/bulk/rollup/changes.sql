-- What the day run has to write: only rows that differ from what is stored.
-- Reads loan_age, stored_age, standing, move, stored_case and the variable as_of.

-- 1. Ages of loans. `is_new`: the loan was never aged before. `only_days`: nothing but the counts
--    of days moved, as for most late loans on most days; those rows are staged and updated short.
CREATE OR REPLACE TEMP TABLE age_change AS
WITH beside AS (
    SELECT stored.loan_key IS NULL AS is_new, fresh.loan_key AS loan_id,
        getvariable('as_of') AS as_of,
        fresh.days_past_due, fresh.delinquent_days, fresh.oldest_unpaid_due_date,
        fresh.delinquent_date, fresh.overdue_principal_fen, fresh.overdue_interest_fen,
        fresh.overdue_fee_fen, fresh.overdue_penalty_fen, fresh.overdue_fen,
        fresh.outstanding_fen, fresh.overpaid_fen, fresh.bucket, fresh.held,
        fresh.days_past_due <> stored.days_past_due
            OR fresh.delinquent_days <> stored.delinquent_days AS days_differ,
        fresh.oldest_unpaid_due_date IS DISTINCT FROM stored.oldest_unpaid_due_date
            OR fresh.delinquent_date IS DISTINCT FROM stored.delinquent_date
            OR fresh.overdue_principal_fen <> stored.overdue_principal_fen
            OR fresh.overdue_interest_fen <> stored.overdue_interest_fen
            OR fresh.overdue_fee_fen <> stored.overdue_fee_fen
            OR fresh.overdue_penalty_fen <> stored.overdue_penalty_fen
            OR fresh.overdue_fen <> stored.overdue_fen
            OR fresh.outstanding_fen <> stored.outstanding_fen
            OR fresh.overpaid_fen <> stored.overpaid_fen
            OR fresh.bucket <> stored.bucket
            OR fresh.held <> stored.held AS figures_differ
    FROM loan_age AS fresh
    LEFT JOIN stored_age AS stored USING (loan_key)
)
SELECT * EXCLUDE (days_differ, figures_differ),
    NOT is_new AND NOT figures_differ AS only_days
FROM beside
WHERE is_new OR days_differ OR figures_differ;

-- 2. Cases: those that moved, and open ones whose figures changed. A closed case stays as it is.
CREATE OR REPLACE TEMP TABLE case_change AS
WITH after AS (
    SELECT stored.case_id, standing.party_id, standing.lender_id,
        CASE WHEN kind = 'closed' THEN 'closed' ELSE 'open' END AS status,
        CASE WHEN kind IN ('opened', 'reopened') THEN getvariable('as_of') ELSE stored.opened_on END
            AS opened_on,
        CASE WHEN kind = 'closed' THEN getvariable('as_of') END AS closed_on,
        coalesce(stored.times_opened, 0) + CASE WHEN kind IN ('opened', 'reopened') THEN 1 ELSE 0 END
            AS times_opened,
        getvariable('as_of') AS as_of,
        standing.bucket, standing.days_past_due, standing.delinquent_days,
        standing.oldest_unpaid_due_date, standing.overdue_principal_fen,
        standing.overdue_interest_fen, standing.overdue_fee_fen, standing.overdue_penalty_fen,
        standing.overdue_fen, standing.outstanding_fen, standing.loans_total,
        standing.loans_overdue, standing.held,
        CASE WHEN kind IS NULL THEN stored.paid_mark_fen ELSE paid_now_fen END AS paid_mark_fen,
        CASE WHEN kind IS NULL THEN stored.waived_mark_fen ELSE waived_now_fen END
            AS waived_mark_fen,
        CASE WHEN kind IS NULL THEN stored.written_off_mark_fen ELSE written_off_now_fen END
            AS written_off_mark_fen,
        CASE WHEN kind IS NULL THEN stored.left_mark_loans ELSE standing.loans_left END
            AS left_mark_loans,
        stored.status AS status_before, kind,
        stored.days_past_due <> standing.days_past_due
            OR stored.delinquent_days <> standing.delinquent_days AS days_differ,
        stored.bucket <> standing.bucket
            OR stored.oldest_unpaid_due_date IS DISTINCT FROM standing.oldest_unpaid_due_date
            OR stored.overdue_principal_fen <> standing.overdue_principal_fen
            OR stored.overdue_interest_fen <> standing.overdue_interest_fen
            OR stored.overdue_fee_fen <> standing.overdue_fee_fen
            OR stored.overdue_penalty_fen <> standing.overdue_penalty_fen
            OR stored.overdue_fen <> standing.overdue_fen
            OR stored.outstanding_fen <> standing.outstanding_fen
            OR stored.loans_total <> standing.loans_total
            OR stored.loans_overdue <> standing.loans_overdue
            OR stored.held <> standing.held AS figures_differ
    FROM standing
    LEFT JOIN stored_case AS stored USING (party_id, lender_id)
    LEFT JOIN (SELECT party_id, lender_id, kind, paid_now_fen, waived_now_fen, written_off_now_fen
        FROM move) AS told USING (party_id, lender_id)
)
SELECT * EXCLUDE (status_before, kind, days_differ, figures_differ),
    case_id IS NULL AS is_new,
    kind IS NULL AND NOT figures_differ AS only_days
FROM after
WHERE kind IS NOT NULL OR (status_before = 'open' AND (days_differ OR figures_differ));

-- 3. One event for every move.
CREATE OR REPLACE TEMP TABLE case_event AS
SELECT party_id, lender_id, getvariable('as_of') AS day, kind, from_bucket, to_bucket,
    overdue_fen, paid_since_fen AS paid_fen, why,
    json_object(
        'days_past_due', days_past_due,
        'delinquent_days', delinquent_days,
        'loans_overdue', loans_overdue,
        'overdue_before_fen', coalesce(overdue_before_fen, 0),
        'waived_fen', waived_since_fen,
        'written_off_fen', written_off_since_fen,
        'loans_left', left_since
    )::VARCHAR AS figures
FROM move;
