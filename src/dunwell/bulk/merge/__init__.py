"""What a staged batch changes on a book: keys resolved, staged facts compared with current ones.

Called by flows.prepare, which brings the current keys and facts as CSV files and
writes what comes out. Everything happens in the schema `merge` of the staged
batch's own DuckDB file. What is new has a negative number there until the state
gives it a real one. Amounts are fen. The order is:

    keys.borrowers_said / loans_said   numbers to ask the state for
    keys.settle_borrowers / settle_loans   who is known, who is new, whose child is an orphan
    people.settle_parties              which party each borrower number stands for
    payments.check_reversals           reversals that undo nothing are rejected
    tape.lines_of_tape                 what the tape says, who left it, the installment it makes
    difference.compare                 per table: new, changed, unchanged
"""
