"""The web as bench/desk.py serves it, the clock at noon."""

import bench.desk_clock as desk_clock  # the clock stands at noon from here on
from dunwell.faces.web.wsgi import application

assert desk_clock.NOON  # imported for what it does
__all__ = ["application"]
