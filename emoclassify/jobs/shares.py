"""The shares in the summary of a job, for the API and the page. Nothing here needs numpy."""

from typing import Any

from emoclassify.emotions import EMOTIONS


def shares_in(summary: dict[str, Any] | None) -> dict[str, float] | None:
    """Emotion -> its share of the time that was read; None without one, and where an older version wrote others."""
    shares: dict[str, float] = (summary or {}).get("shares", {})
    return shares if set(shares) == set(EMOTIONS) else None
