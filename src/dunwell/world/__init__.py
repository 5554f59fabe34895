"""A synthetic micro-lender with hidden truth: it makes books today, and borrowers for later play.

Everybody in it is invented. The same seed gives the same bytes; only dunwell.core and numpy are
used for the figures. `make_world` is the one thing other rooms call.
"""

from dunwell.world.make import WorldSummary, make_world

__all__ = ["WorldSummary", "make_world"]
