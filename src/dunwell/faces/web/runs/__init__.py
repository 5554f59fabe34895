"""Pages of the day runs: the list, and what one run did and why."""
