"""Web pages of the day's work: lists, the supervisor's board, hands, capacity, decisions."""
