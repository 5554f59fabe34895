"""Who comes in: log-in, second factor, passwords; and the pages of people, roles and the house."""
