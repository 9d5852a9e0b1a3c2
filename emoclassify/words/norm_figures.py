"""The single figures of a film that norms hold, and their names."""

from emoclassify.words.texts import translation

NORM_FIGURES = {
    "mean": "mean",
    "ever": "showed it at all",
    "highest": "largest share at once",
    "impact": "impact",
    "early": "highest in 8 s",
}
"""Field of `study.findings.Metrics` -> its name in English."""


def figure_in_words(figure: str, lang: str) -> str:
    """The name of one of NORM_FIGURES."""
    return translation(lang).gettext(NORM_FIGURES[figure])
