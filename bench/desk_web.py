"""The web as bench/desk.py serves it, the clock at noon."""

from django.core.wsgi import get_wsgi_application

import bench.desk_clock as desk_clock

assert desk_clock.NOON  # imported for what it does
application = get_wsgi_application()
