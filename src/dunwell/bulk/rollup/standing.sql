-- Loans to borrowers (归户): what every borrower with anything overdue, or an open case, stands at.
-- The meaning is dunwell.core.cases.roll_up. Reads loan_age, owner, stored_case, bucket_place.

-- 1. Borrowers that matter: overdue now, or with an open case.
CREATE OR REPLACE TEMP TABLE relevant AS
SELECT DISTINCT party_id, lender_id
FROM loan_age JOIN owner USING (loan_key)
WHERE overdue_fen > 0
UNION
SELECT party_id, lender_id FROM stored_case WHERE status = 'open';

-- 2. All their loans. One that left the lender's tape counts in loans_total only.
CREATE OR REPLACE TEMP TABLE standing AS
WITH loan AS (
    SELECT owner.party_id, owner.lender_id, has_left, loan_age.*, coalesce(place, 0) AS place
    FROM owner
    SEMI JOIN relevant USING (party_id, lender_id)
    JOIN loan_age USING (loan_key)
    LEFT JOIN bucket_place ON bucket_place.bucket = loan_age.bucket
),
summed AS (
    SELECT party_id, lender_id,
        coalesce(max(place) FILTER (NOT has_left), 0) AS place,
        coalesce(max(days_past_due) FILTER (NOT has_left), 0)::INTEGER AS days_past_due,
        coalesce(max(delinquent_days) FILTER (NOT has_left), 0)::INTEGER AS delinquent_days,
        min(oldest_unpaid_due_date) FILTER (NOT has_left) AS oldest_unpaid_due_date,
        coalesce(sum(overdue_principal_fen) FILTER (NOT has_left), 0)::BIGINT AS overdue_principal_fen,
        coalesce(sum(overdue_interest_fen) FILTER (NOT has_left), 0)::BIGINT AS overdue_interest_fen,
        coalesce(sum(overdue_fee_fen) FILTER (NOT has_left), 0)::BIGINT AS overdue_fee_fen,
        coalesce(sum(overdue_penalty_fen) FILTER (NOT has_left), 0)::BIGINT AS overdue_penalty_fen,
        coalesce(sum(overdue_fen) FILTER (NOT has_left), 0)::BIGINT AS overdue_fen,
        coalesce(sum(outstanding_fen) FILTER (NOT has_left), 0)::BIGINT AS outstanding_fen,
        count(*)::INTEGER AS loans_total,
        (count(*) FILTER (NOT has_left AND overdue_fen > 0))::INTEGER AS loans_overdue,
        coalesce(bool_and(held) FILTER (NOT has_left AND overdue_fen > 0), FALSE) AS held,
        (count(*) FILTER (has_left))::INTEGER AS loans_left
    FROM loan
    GROUP BY party_id, lender_id
)
SELECT summed.*, coalesce(bucket_place.bucket, 'current') AS bucket
FROM summed LEFT JOIN bucket_place USING (place);
