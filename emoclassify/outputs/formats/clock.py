"""Times as other programs write them."""


def milliseconds(time_s: float) -> int:
    """A time in whole milliseconds, rounded; never below 0."""
    return max(0, round(time_s * 1000))


def clock_text(time_s: float, mark: str = ".") -> str:
    """A time as hh:mm:ss.mmm, with a mark of one's own between seconds and milliseconds; hours may have more digits."""
    seconds, ms = divmod(milliseconds(time_s), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{ms:03}"
