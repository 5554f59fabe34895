-- What the day does to each case, and why. The meaning is dunwell.core.cases.move_of.
-- Reads standing, stored_case, entry_line, bucket_place, owner, payment, adjustment and the
-- variable as_of.

-- 1. The kind of move, if any. An open case closes only when nothing is overdue.
CREATE OR REPLACE TEMP TABLE moved AS
WITH beside AS (
    SELECT standing.*,
        stored.status AS status_before,
        stored.as_of AS as_of_before,
        stored.bucket AS bucket_before,
        stored.days_past_due AS past_due_before,
        stored.delinquent_days AS delinquent_before,
        stored.overdue_fen AS overdue_before_fen,
        stored.paid_mark_fen, stored.waived_mark_fen,
        stored.written_off_mark_fen, stored.left_mark_loans,
        coalesce(before.place, 0) AS place_before,
        standing.delinquent_days >= least_days
            AND standing.overdue_fen >= greatest(1, least_overdue_fen) AS entry_met
    FROM standing
    JOIN entry_line USING (lender_id)
    LEFT JOIN stored_case AS stored USING (party_id, lender_id)
    LEFT JOIN bucket_place AS before ON before.bucket = stored.bucket
),
told AS (
    SELECT *,
        CASE
            WHEN status_before IS NULL THEN CASE WHEN entry_met THEN 'opened' END
            WHEN status_before = 'closed' THEN CASE WHEN entry_met THEN 'reopened' END
            WHEN overdue_fen = 0 THEN 'closed'
            WHEN place > place_before THEN 'rolled'
            WHEN place < place_before THEN 'eased'
        END AS kind
    FROM beside
)
SELECT * FROM told WHERE kind IS NOT NULL;

-- 2. What has counted so far on all loans of those that move: their marks.
CREATE OR REPLACE TEMP TABLE marks AS
WITH loan AS (
    SELECT loan_key, party_id, lender_id FROM owner SEMI JOIN moved USING (party_id, lender_id)
),
counted AS (
    SELECT loan_key, amount_fen AS paid_fen, 0 AS waived_fen, 0 AS written_off_fen
    FROM payment SEMI JOIN loan USING (loan_key)
    WHERE paid_on <= getvariable('as_of')
    UNION ALL
    SELECT loan_key,
        CASE WHEN kind = 'refund' THEN -amount_fen ELSE 0 END,
        CASE WHEN kind = 'waiver' THEN amount_fen ELSE 0 END,
        CASE WHEN kind = 'write_off' THEN amount_fen ELSE 0 END
    FROM adjustment SEMI JOIN loan USING (loan_key)
    WHERE effective_on <= getvariable('as_of')
)
SELECT party_id, lender_id,
    sum(paid_fen)::BIGINT AS paid_now_fen,
    sum(waived_fen)::BIGINT AS waived_now_fen,
    sum(written_off_fen)::BIGINT AS written_off_now_fen
FROM counted JOIN loan USING (loan_key)
GROUP BY party_id, lender_id;

-- 3. What was added since the last move, and the reason that follows from it.
CREATE OR REPLACE TEMP TABLE move AS
WITH marked AS (
    SELECT moved.*,
        coalesce(paid_now_fen, 0) AS paid_now_fen,
        coalesce(waived_now_fen, 0) AS waived_now_fen,
        coalesce(written_off_now_fen, 0) AS written_off_now_fen
    FROM moved LEFT JOIN marks USING (party_id, lender_id)
),
compared AS (
    SELECT *,
        CASE WHEN kind = 'opened' THEN 0 ELSE paid_now_fen - paid_mark_fen END AS paid_since_fen,
        CASE WHEN kind = 'opened' THEN 0 ELSE waived_now_fen - waived_mark_fen END
            AS waived_since_fen,
        CASE WHEN kind = 'opened' THEN 0 ELSE written_off_now_fen - written_off_mark_fen END
            AS written_off_since_fen,
        CASE WHEN kind = 'opened' THEN 0 ELSE loans_left - left_mark_loans END AS left_since,
        (getvariable('as_of') - as_of_before)::INTEGER AS elapsed_days,
        days_past_due - delinquent_days AS pause,
        past_due_before - delinquent_before AS pause_before
    FROM marked
),
weighed AS (
    SELECT *, greatest(paid_since_fen, waived_since_fen, written_off_since_fen) AS largest_fen
    FROM compared
)
SELECT *,
    CASE
        WHEN kind = 'opened' THEN 'entry_met'
        WHEN kind = 'reopened' THEN
            CASE WHEN paid_since_fen < 0 THEN 'money_taken_back' ELSE 'entry_met' END
        WHEN kind = 'rolled' THEN
            CASE
                WHEN paid_since_fen < 0 THEN 'money_taken_back'
                WHEN days_past_due - past_due_before <= elapsed_days
                    AND delinquent_days - delinquent_before <= elapsed_days THEN 'days_passed'
                WHEN pause < pause_before THEN 'unpaused'
                ELSE 'book_changed'
            END
        WHEN left_since > 0 THEN 'left_tape'
        WHEN largest_fen > 0 THEN
            CASE
                WHEN paid_since_fen = largest_fen THEN 'paid'
                WHEN written_off_since_fen = largest_fen THEN 'written_off'
                ELSE 'waived'
            END
        WHEN kind = 'eased' AND pause > pause_before THEN 'paused'
        ELSE 'book_changed'
    END AS why,
    CASE WHEN kind IN ('opened', 'reopened') THEN '' ELSE bucket_before END AS from_bucket,
    CASE WHEN kind = 'closed' THEN 'current' ELSE bucket END AS to_bucket
FROM weighed;
