"""Every colour that means something in a figure, on the page, in a chart or in a video: one meaning to a colour.

Colours of lines have a contrast of at least 3 to white and to the page's dark ground (WCAG 1.4.11); those that appear
in one figure can be told apart by people without red or green cones, or have dashes, hatching or a place of their own
as well. tests/library/test_colours.py measures both.
"""

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

VALENCE, VALENCE_AS_READ = "#AE67F6", "#9A86B8"
"""The curve of the valence, and the values behind it before they are smoothed."""

COVERAGE = "#6B6B6B"
"""The bars below a curve: how much of each moment could be read."""

GAP, GAP_LINE = "#ECECEC", "#B0B0B0"
"""Times that cannot be read, on paper: the ground, and the hatching on it."""

COVER, DOUBTFUL = "#606060", "#C4C4C4"
"""In a video: what hides a face, and the frame of a face that is seen too badly to count."""

INK, PAPER = "#000000", "#FFFFFF"
"""In a video: the edges of the cursor and its middle, and a voice of which no emotion can be told."""
