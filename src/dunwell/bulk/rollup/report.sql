-- Counts of a day for its report: codes and figures. Reads age_change, case_change, move,
-- standing and stored_case. `stands` is where every case ended; before and after make the matrix.

CREATE OR REPLACE TEMP TABLE report_moves AS
SELECT lender_id, kind, why, count(*) AS cases,
    sum(overdue_fen)::BIGINT AS overdue_fen, sum(paid_since_fen)::BIGINT AS paid_fen
FROM move
GROUP BY lender_id, kind, why;

CREATE OR REPLACE TEMP TABLE report_matrix AS
SELECT lender_id,
    CASE WHEN stored.status = 'open' THEN stored.bucket
        WHEN stored.status = 'closed' THEN 'closed' ELSE 'none' END AS from_bucket,
    CASE WHEN kind = 'closed' THEN 'closed' ELSE standing.bucket END AS to_bucket,
    count(*) AS cases,
    sum(CASE WHEN stored.status = 'open' THEN stored.overdue_fen ELSE 0 END)::BIGINT AS before_fen,
    sum(standing.overdue_fen)::BIGINT AS after_fen
FROM standing
LEFT JOIN stored_case AS stored USING (party_id, lender_id)
LEFT JOIN (SELECT party_id, lender_id, kind FROM move) AS told USING (party_id, lender_id)
WHERE stored.status = 'open' OR kind IS NOT NULL
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE report_overdue AS
SELECT lender_id, bucket, count(*) AS borrowers,
    (count(*) FILTER (delinquent_days >= least_days
        AND overdue_fen >= greatest(1, least_overdue_fen))) AS entry_met,
    sum(overdue_fen)::BIGINT AS overdue_fen
FROM standing JOIN entry_line USING (lender_id)
WHERE overdue_fen > 0
GROUP BY lender_id, bucket;
