"""Turns recordings of people into timelines of emotion, on your own machine.

from emoclassify import Options, analyze
analysis = analyze("talk.mp4", Options(double_check=True))
analysis.series(person=1).scores    # float32 (n, 7), every half second, NaN where there was no face
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Analysis", "Options", "analyze"]

if TYPE_CHECKING:
    from emoclassify.analysis import Analysis
    from emoclassify.pipeline import analyze
    from emoclassify.settings import Options


def __getattr__(name: str) -> Any:
    # Imported on first use: the networks' libraries take seconds to import, and many callers need none of them.
    if name == "analyze":
        from emoclassify.pipeline import analyze

        return analyze
    if name == "Options":
        from emoclassify.settings import Options

        return Options
    if name == "Analysis":
        from emoclassify.analysis import Analysis

        return Analysis
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
