"""Every colour that means something in a figure, on the page, in a chart or in a video: one meaning to a colour.

Colours of lines have a contrast of at least 3 to white and to the page's dark ground (WCAG 1.4.11); those that appear
in one figure can be told apart by people without red or green cones, or have dashes, hatching or a place of their own
as well. tests/library/test_colours.py measures both.
"""

from dataclasses import dataclass

from emoclassify.verdicts import AGREE, CANNOT_TELL, DIFFER, FACE_MORE, VOICE_MORE

COLOURS = {
    "angry": "#C03E00",
    "disgust": "#009E73",
    "fear": "#CC79A7",
    "happy": "#E69F00",
    "neutral": "#7F7F7F",
    "sad": "#0072B2",
    "surprise": "#56B4E9",
}
"""The emotions: the palette of Okabe and Ito (2008, "Color Universal Design"), for colour-blind people.

Some are too pale for lines on white: on paper they fill areas with a black outline, and the page darkens or lightens
each until it stands out from its ground. Angry is darker than theirs (#D55E00): to people without green cones that one
is as good as happy's on the white page, at a distance of 3 (CIEDE2000); this one has 12.
"""

GROUP_COLOURS = {"positive": "#71A00E", "neutral": COLOURS["neutral"], "negative": "#935499"}
"""The groups, for lines and for bars with numbers; the neutral group is the neutral emotion."""

GROUP_FILLS = GROUP_COLOURS | {"neutral": "#D0D0D0"}
"""The groups, for areas that touch: printed without colour, the grey of the line would look like its neighbours."""

VERDICT_COLOURS: dict[str, str | None] = {
    AGREE: "#05A1B4",
    FACE_MORE: "#B8867C",
    VOICE_MORE: "#286E72",
    DIFFER: "#92553C",
    CANNOT_TELL: None,
}
"""Face against voice. None: the ground shows, with dots on it."""

RECORDING_COLOURS = ("#5955CA", "#9B9420", "#795C6E", "#81967E", "#4E6D38", "#8090BA")
"""The curves of several recordings in one figure, in this order; with more recordings they come again."""

PERSON_COLOURS = ("#4083E4", "#6F6600", "#4CA094", "#5D657B", "#56A652", "#616C5C")
"""The curves of several persons in one figure, the main person's first; with more persons they come again."""

VALENCE, VALENCE_AS_READ = "#AE67F6", "#9A86B8"
"""The curve of the valence, and the values behind it before they are smoothed."""

COVERAGE = "#6B6B6B"
"""The bars below a curve: how much of each moment could be read."""

GAP, GAP_LINE = "#ECECEC", "#B0B0B0"
"""Times that cannot be read, on paper: the ground, and the hatching on it."""

COVER, DOUBTFUL = "#606060", "#C4C4C4"
"""In a video: what hides faces that fill the whole picture, and the frame of a face that is seen too badly to count."""

INK, PAPER = "#000000", "#FFFFFF"
"""In a video: the edges of the cursor and its middle, and a voice of which no emotion can be told."""


@dataclass(frozen=True)
class Theme:
    """The colours without a meaning of their own: of the ground, the words and the lines of a medium.

    Attributes:
        ground: behind everything.
        raised: the ground of a panel, a table's heading or a code.
        ink: of words, and of the one line that matters.
        muted: of words that explain.
        rule: of lines between things, and of a grid.
        accent: of links and marks.
        button: of the main button, below white words.
        edge: of boxes to tick and to fill in.
    """

    ground: str
    raised: str
    ink: str
    muted: str
    rule: str
    accent: str
    button: str
    edge: str


THEMES = {
    "light": Theme("#FFFFFF", "#F5F5F2", "#1C1C1A", "#5D5D58", "#DCDCD7", "#0B5CAD", "#0B5CAD", "#8A8A84"),
    "dark": Theme("#171614", "#24231F", "#F2F1EC", "#A9A8A1", "#45443F", "#7CBCF5", "#2A78C4", "#75756F"),
}
"""Name of a theme -> its colours. Paper, slides and charts are light; the page and its reports are light or dark."""

LEAST_CONTRAST, LEAST_CONTRAST_OF_WORDS = 3.0, 4.5
"""To the ground: of lines and areas (WCAG 1.4.11), and of running text (WCAG 1.4.3)."""

_STEP = 0.08  # of the way to black or white; the page's colours.js goes in the same steps


def standing_out(colour: str, ground: str, least: float = LEAST_CONTRAST) -> str:
    """A colour, made darker or lighter until its contrast to the ground is `least`; both "#RRGGBB"."""
    channels = _channels(colour)
    towards = 0 if _luminance(_channels(ground)) > 0.4 else 255
    while contrast("#" + "".join(f"{channel:02X}" for channel in channels), ground) < least:
        channels = [round(c + (towards - c) * _STEP + (towards > c) - (towards < c)) for c in channels]
    return "#" + "".join(f"{channel:02X}" for channel in channels)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21, as the Web Content Accessibility Guidelines 2.2 define it."""
    low, high = sorted(_luminance(_channels(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _luminance(channels: list[int]) -> float:
    """The relative luminance, 0 to 1, of red, green and blue, 0 to 255."""
    shares = (channel / 255 for channel in channels)
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
