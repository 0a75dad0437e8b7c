"""How long a login and a token last and an enrolment link works."""

from __future__ import annotations

from typing import Final

SESSION_MS: Final = 12 * 3600 * 1000
"""How long a login lasts after its last use."""
LONGEST_SESSION_MS: Final = 30 * 24 * 3600 * 1000
"""How long a login lasts at most, however much it is used."""
FIRST_LOGIN_MS: Final = 24 * 3600 * 1000
"""How long the link for the first login of a service works."""
LONGEST_PROVIDER_SESSION_MS: Final = 2 * 24 * 3600 * 1000
"""The same for a login with the town's accounts, so that the roles there are asked for again."""
DAY_MS: Final = 24 * 3600 * 1000
TOKEN_DAYS: Final = 365
"""How long a program's token lasts unless its maker says something else."""
LONGEST_TOKEN_DAYS: Final = 730
"""How long a program's token lasts at most."""
ENDS_SOON_DAYS: Final = 14
"""So many days before its end a token is marked, and an alert is raised."""
UNUSED_DAYS: Final = 90
"""A token that was not used for so many days is marked."""
USE_NOTED_MS: Final = 3600 * 1000
"""The last use of a token is written again only after this time."""
UNUSED_ACCOUNT_MS: Final = 90 * 24 * 3600 * 1000
"""How long an account of the town's is kept after its last login."""
ENROLMENT_MS: Final = 15 * 60 * 1000
"""How long an enrolment link works."""
PAIRING_MS: Final = 10 * 60 * 1000
"""How long the code that a screen shows works."""
CONFIRMED_MS: Final = 10 * 60 * 1000
"""For how long a password that was given again counts for changes of logins and tokens."""
