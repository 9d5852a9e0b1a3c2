"""The columns of the tables of a study: one row a fact, so that R and pandas take them without a word."""

from emoclassify.outputs.tables.columns import Column

_FILM = (
    Column("stimulus", "the film's id in study.toml", is_text=True),
    Column("measure", "what is measured", is_text=True),
)
_COMPARISON = (
    Column("first", "one side of the comparison", is_text=True),
    Column("second", "the other side; differences are the second minus the first", is_text=True),
    Column("measure", "what is measured", is_text=True),
)

STUDY_TABLES: dict[str, tuple[Column, ...]] = {
    "curves": (
        *_FILM,
        Column("t", "start of the half second of the film", "s", 1),
        Column("n", "people seen in it"),
        Column("mean", "of those who are seen; empty where fewer than five, or than half of the panel", "", 6),
        Column(
            "low", "lower edge of a band that holds the whole true curve in 95 of 100 panels, from 12 people on", "", 6
        ),
        Column("high", "upper edge of the band", "", 6),
        Column("share", "of those who are seen, above the limit of the plan", "0..1", 6),
        Column("share_low", "lower end of Wilson's 95 percent interval of the share", "0..1", 6),
        Column("share_high", "upper end of the interval", "0..1", 6),
    ),
    "metrics": (
        *_FILM,
        Column("n", "people who count"),
        Column("mean", "over the film, of all people", "", 6),
        Column("ever", "share of the people who showed it at all", "0..1", 6),
        Column("ever_low", "lower end of Wilson's 95 percent interval", "0..1", 6),
        Column("ever_high", "upper end of the interval", "0..1", 6),
        Column("average", "share of the panel that shows it, over the film", "0..1", 6),
        Column("highest", "largest share of the panel at once", "0..1", 6),
        Column("highest_s", "when that is, in film time", "s", 1),
        Column("lowest", "smallest share of the panel", "0..1", 6),
        Column("impact", "mean of the highest and of the last five seconds of the mean curve", "", 6),
        Column("peak_s", "when the mean curve is highest, in film time", "s", 1),
        Column("peak_low_s", "the earliest that may be, 95 percent interval", "s", 1),
        Column("peak_high_s", "the latest", "s", 1),
        Column("peak", "height of the peak, without the luck of having been chosen", "", 6),
        Column("synchrony", "median of the people's correlations with all others", "-1..1", 6),
        Column("synchrony_low", "lower end of its 95 percent interval", "-1..1", 6),
        Column("synchrony_high", "upper end of the interval", "-1..1", 6),
        Column("synchrony_p", "that people who share no time come as far", "0..1", 6),
        Column("reliability", "correlation with the curve of another panel of this size", "-1..1", 6),
    ),
    "contrasts": (
        *_COMPARISON,
        Column("paired", "1 where the same people are on both sides"),
        Column("n_first", "people on the first side"),
        Column("n_second", "people on the second side"),
        Column("n_on_both", "people left out because they are on both sides of different people"),
        Column("coverage_first", "share of the film that could be read", "0..1", 6),
        Column("coverage_second", "the same of the second side", "0..1", 6),
        Column("curves_p", "that the curves differ nowhere (cluster test); it does not say when they do", "0..1", 6),
        Column("permutations", "ways of dealing the people that were compared"),
    ),
    "scenes": (
        *_COMPARISON,
        Column("scene", "its id in study.toml; empty for the whole film", is_text=True),
        Column("difference", "of the people's means", "", 6),
        Column("low", "lower end of its 95 percent interval", "", 6),
        Column("high", "upper end of the interval", "", 6),
        Column("p", "of no difference", "0..1", 6),
        Column("p_holm", "the same, corrected for all scenes and measures of the comparison", "0..1", 6),
        Column("effect", "d_z of the same people, Hedges' g of others", "", 6),
        Column("n_first", "people of the first side who have it"),
        Column("n_second", "people of the second side"),
    ),
    "viewings": (
        Column("recording", "as in viewings.csv", is_text=True),
        Column("respondent", "who", is_text=True),
        Column("stimulus", "the film's id", is_text=True),
        Column("start_s", "when the film begins in the recording", "s", 3),
        Column("place", "in the order in which the person saw the films"),
        Column("coverage", "share of the film's half seconds that could be read", "0..1", 6),
        Column("used", "1 where it counts"),
        Column("reason", "why it does not; empty where it does", is_text=True),
    ),
    "values": (
        *_FILM,
        Column("respondent", "who", is_text=True),
        Column("t", "start of the half second of the film", "s", 1),
        Column("value", "mean over the half second; empty in a gap", "", 6),
    ),
}
"""Name of the file, without .csv -> its columns. All files of times are in film time."""
