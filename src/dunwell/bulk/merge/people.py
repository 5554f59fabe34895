"""Which party each borrower number stands for: one ID number is one party in the deployment.

Called by flows.prepare.book_changes after keys. Nothing here sees a name or an ID
number: it compares keyed hashes that flows.prepare made (said_person). A number
that fails its check does not identify where names differ, so that a placeholder
never makes strangers one person. Rules, for a borrower number that

- is new: joins the party of its ID number, else is a new party;
- says what it said: stays as it is;
- says another name: renames its party;
- says the ID number of another party: moves to that party;
- says one that nobody has: its party gets it; if others share the party, a new one does.
"""

from __future__ import annotations

import duckdb

SAID_PERSON = (
    ("borrower_no", "VARCHAR"),
    ("name_mark", "VARCHAR"),
    ("id_no_mark", "VARCHAR"),
    ("employer_mark", "VARCHAR"),
    ("id_index", "VARCHAR"),
    ("older_id_index", "VARCHAR"),
    ("name_index", "VARCHAR"),
    ("phone_index", "VARCHAR"),
    ("id_is_sound", "BOOLEAN"),
)
"""Per staged borrower; `older_id_index` is the index under a key that is being rotated out."""
KNOWN_PARTY = (("id_index", "VARCHAR"), ("party_id", "BIGINT"), ("name_index", "VARCHAR"))
PARTY_USE = (("party_id", "BIGINT"), ("borrowers", "BIGINT"))

ID_INDEXES_SAID = """
    SELECT id_index AS key FROM merge.said_person WHERE id_index IS NOT NULL
    UNION SELECT older_id_index FROM merge.said_person WHERE older_id_index IS NOT NULL"""
"""The ID number indexes to ask the state for."""

_DOUBTFUL = """
UPDATE merge.said_person SET id_index = NULL, older_id_index = NULL
WHERE NOT id_is_sound AND (
    id_index IN (SELECT id_index FROM merge.said_person WHERE NOT id_is_sound
        GROUP BY id_index HAVING count(DISTINCT name_mark) > 1)
    OR EXISTS (SELECT 1 FROM merge.known_party k
        WHERE k.id_index IN (said_person.id_index, said_person.older_id_index)
        AND k.name_index IS DISTINCT FROM said_person.name_index))"""
"""An ID number that fails its check and stands under several names identifies nobody."""

_WISHES = """
CREATE OR REPLACE TABLE merge.wish AS
SELECT b.borrower_no, b.borrower_id, b.is_new, b.party_id AS was_party_id, p.id_index,
    coalesce(k.party_id, o.party_id) AS found_party_id,
    coalesce(k.name_index, o.name_index) AS found_name_index, p.name_index,
    NOT b.is_new AND t.name_mark IS DISTINCT FROM coalesce(p.name_mark, t.name_mark) AS renamed,
    p.id_index IS NOT NULL AND b.party_index IS DISTINCT FROM p.id_index
        AND coalesce(b.party_index <> p.older_id_index, true)
        AND (b.is_new OR t.id_no_mark IS DISTINCT FROM p.id_no_mark) AS identified,
    coalesce(u.borrowers, 1) > 1 AND b.party_index IS NOT NULL AS bound,
    s.source_id, s.source_row
FROM merge.borrower_of b
LEFT JOIN merge.said_person p USING (borrower_no)
LEFT JOIN borrower s USING (borrower_no)
LEFT JOIN merge.known_borrower_terms t ON t.borrower_id = b.borrower_id
LEFT JOIN merge.known_party k ON k.id_index = p.id_index
LEFT JOIN merge.known_party o ON o.id_index = p.older_id_index
LEFT JOIN merge.party_use u ON u.party_id = b.party_id
WHERE b.is_new OR p.borrower_no IS NOT NULL"""

_HOSTS = """
CREATE OR REPLACE TABLE merge.host AS
SELECT id_index, arg_min(was_party_id, borrower_no) FILTER (WHERE NOT is_new AND NOT bound)
    AS party_id, min(borrower_no) FILTER (WHERE NOT is_new AND NOT bound) AS borrower_no
FROM merge.wish WHERE identified AND found_party_id IS NULL GROUP BY id_index"""
"""An ID number that nobody had: the party that gets it, if one of its borrowers has one."""

_PLACES = """
CREATE OR REPLACE TABLE merge.place AS
WITH placed AS (
    SELECT w.*, h.borrower_no = w.borrower_no AS is_host,
        CASE WHEN identified THEN coalesce(found_party_id, h.party_id)
             ELSE was_party_id END AS party_id,
        CASE WHEN identified THEN w.id_index ELSE w.borrower_no END AS stranger
    FROM merge.wish w LEFT JOIN merge.host h ON w.identified AND h.id_index = w.id_index
), numbered AS (
    SELECT stranger, identified, -row_number() OVER (ORDER BY min(borrower_id) DESC) AS number
    FROM placed WHERE party_id IS NULL GROUP BY stranger, identified
)
SELECT p.borrower_no, p.borrower_id, p.is_new, p.was_party_id,
    coalesce(p.party_id, n.number) AS party_id, p.party_id IS NULL AS is_new_party,
    coalesce(p.is_host, false) AS gets_id, p.renamed, p.id_index,
    p.found_name_index IS NOT NULL AND p.identified
        AND p.found_name_index IS DISTINCT FROM p.name_index AS other_name,
    p.source_id, p.source_row
FROM placed p LEFT JOIN numbered n ON p.party_id IS NULL
    AND n.stranger = p.stranger AND n.identified = p.identified"""


def settle_parties(connection: duckdb.DuckDBPyConnection) -> None:
    """Make merge.place: per new or described borrower its party, and what changes of it.

    Reads borrower_of, said_person, known_party, party_use, known_borrower_terms.
    """
    for statement in (_DOUBTFUL, _WISHES, _HOSTS, _PLACES):
        connection.execute(statement)


NEW_PARTIES = """
    SELECT -p.party_id AS place, b.name, b.id_type, b.id_no, p.id_index, s.name_index
    FROM merge.place p LEFT JOIN borrower b USING (borrower_no)
    LEFT JOIN merge.said_person s USING (borrower_no)
    WHERE p.is_new_party
    QUALIFY row_number() OVER (PARTITION BY p.party_id ORDER BY p.source_id, p.source_row) = 1
    ORDER BY place"""
"""place (1, 2, ...), name, id_type, id_no, id_index, name_index of the parties to make."""

CORRECTED_PARTIES = """
    SELECT p.party_id, p.gets_id, b.name, b.id_type, b.id_no, p.id_index
    FROM merge.place p JOIN borrower b USING (borrower_no)
    WHERE NOT p.is_new_party AND p.party_id = p.was_party_id AND (p.renamed OR p.gets_id)
    QUALIFY row_number() OVER (
        PARTITION BY p.party_id ORDER BY p.gets_id DESC, p.source_id DESC, p.source_row DESC) = 1
    ORDER BY p.party_id"""
"""Parties whose name or ID number the file corrects: the last word of the batch counts."""

NEW_BORROWERS = """
    SELECT borrower_id, borrower_no, party_id FROM merge.place WHERE is_new
    ORDER BY borrower_id DESC"""

MOVED_BORROWERS = """
    SELECT borrower_id, was_party_id, party_id FROM merge.place
    WHERE NOT is_new AND party_id <> was_party_id ORDER BY borrower_id"""
