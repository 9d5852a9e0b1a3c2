"""Why a viewing is left out: the texts that stand with it, which the catalogues translate."""

LITTLE_COVERAGE = "too little of the film could be read"
NOT_USABLE = "the recording is not usable"
NOT_SEEN = "this person is not in the recording"

NO_CLOCK = "when the film begins is not known yet"
NOT_ANALYZED = "not analyzed"
"""Of viewings that may count after the next step."""

SILENT = "the film's sound does not tell when it begins"
"""Followed by a colon and one of those that `clock_by_sound` has."""

REASONS = (LITTLE_COVERAGE, NOT_USABLE, NOT_SEEN, NO_CLOCK, NOT_ANALYZED, SILENT)
OF_SOUND = ("too short", "not heard", "another speed", "no sound")
"""All there are."""
