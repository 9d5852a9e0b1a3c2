"""Why a viewing is left out: the texts that stand with it, which the catalogues translate."""

LITTLE_COVERAGE = "too little of the film could be read"
NOT_USABLE = "the recording is not usable"
NOT_SEEN = "this person is not in the recording"

NO_CLOCK = "when the film begins is not known yet"
NOT_ANALYZED = "not analyzed"
"""Of viewings that may count after the next step."""

SILENT = "the film's sound does not tell when it begins"
UNMARKED = "the page does not tell when the film begins"
"""Each followed by a colon and one of those that `clock_by_sound` and `timecode` have."""

REASONS = (LITTLE_COVERAGE, NOT_USABLE, NOT_SEEN, NO_CLOCK, NOT_ANALYZED, SILENT, UNMARKED)
OF_SOUND = ("too short", "not heard", "another speed", "no sound")
OF_PAGE = ("the film was not shown", "its time code is not in the recording", "the page was not in view")
"""All there are, but one with a number (APART)."""

APART = "the film's sound and picture are {seconds} s apart"
