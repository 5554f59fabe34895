"""The lender's facts: borrowers, loans, schedules, money, holds. Every change is a version."""
