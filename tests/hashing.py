"""The password hasher of the tests: Argon2 as in the real settings, at a cost made for waiting.

The real cost, 100 MiB and a fifth of a second, is right for one log-in and wrong for hundreds.
"""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """The same algorithm and the same stored form, at the least cost it takes."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
