"""Codes of a person's legal status, and of the orders and reasons that go with it."""

from __future__ import annotations

GONE, FREE, SUPERVISED, REMAND, CUSTODY = 0, 1, 2, 3, 4
STATUSES = ("gone", "free", "supervised", "remand", "custody")
"""A person has one legal status. Gone: died or left; the row is spare."""

NO_ORDER, COMMUNITY_ORDER, SUSPENDED_ORDER, CONDITIONAL_RELEASE = 0, 1, 2, 3
"""What a supervised person is supervised for."""

NO_CUSTODY, SHORT_CUSTODY, PRISON_SENTENCE, RECALL = 0, 1, 2, 3
"""Why a person is in custody after conviction (remand is a status of its own)."""

NO_PRISON = 255
"""Value of `prison` for people who are in none."""

NEVER = 32767
"""A month that never comes, for clocks that are not running."""
