"""Moments as they are stored: texts in UTC, to the millisecond."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def timestamp(moment: datetime | None = None) -> str:
    """The moment, or now, as it is stored."""
    return (moment or now()).isoformat(timespec="milliseconds")


def seconds_since(shown: str, moment: datetime | None = None) -> float:
    """From a stored moment to another, or to now.

    >>> seconds_since("2026-01-31T14:00:00.000+00:00", datetime(2026, 1, 31, 14, 0, 2, 500000, UTC))
    2.5
    """
    return round(((moment or now()) - datetime.fromisoformat(shown)).total_seconds(), 3)
