"""report.docx, report.pdf, report.html and the slides, report.pptx, of one analysis."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from emoclassify.analysis import Analysis
from emoclassify.findings import Findings
from emoclassify.media.nouns import Frame
from emoclassify.outputs.charts.draw import DRAWINGS, drawings_of
from emoclassify.outputs.charts.heads import chart_picture
from emoclassify.outputs.charts.kinds import CHART_ENDINGS, SLIDE_CHARTS, Drawing
from emoclassify.outputs.charts.style import PAGE, SLIDE
from emoclassify.outputs.document.blocks import Content, Deck, Picture
from emoclassify.outputs.document.brand import read_brand
from emoclassify.outputs.document.docx import write_docx
from emoclassify.outputs.document.html import write_html
from emoclassify.outputs.document.pdf import write_pdf
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.report.content import build_report
from emoclassify.outputs.report.stills import best_frame, cut_stills, frames_of_moments, still_times_s
from emoclassify.outputs.report.timecourse import HIDDEN, NOT_AT_HAND, Stills
from emoclassify.overview import Overview
from emoclassify.settings import Options

_WRITERS: dict[str, Callable[[Content, Path], None]] = {".docx": write_docx, ".pdf": write_pdf, ".html": write_html}


def write_report(content: Content, path: Path) -> None:
    """Writes the report in the format that the ending of the path names: .docx, .pdf or .html.

    Raises:
        ResultError: it cannot be written.
    """
    _WRITERS[path.suffix](content, path)


def write_slides(deck: Deck, path: Path) -> None:
    """Writes the slides."""
    from emoclassify.outputs.document.pptx import write_pptx  # here, since importing it takes half a second

    write_pptx(deck, path)


@dataclass(frozen=True)
class Illustrations:
    """The pictures of report and slides: name of a chart -> the chart, and frames of the recording."""

    charts: dict[str, Picture]
    stills: Stills


def make_content(
    analysis: Analysis,
    options: Options,
    media: Path | None,
    findings: Findings | None = None,
    illustrations: Illustrations | None = None,
) -> Content:
    """The content of the report, the same in every format.

    Args:
        analysis: what it is about.
        options: the language, the brand, and whether faces may be shown.
        media: the recording, which stills are cut from; without it the report says that it has none.
        findings: of the analysis, where they are computed already.
        illustrations: where they are made already.

    Raises:
        MediaError: the recording cannot be read.
        UsageError: the brand cannot be read.
    """
    findings, brand = findings or Overview.of(analysis).findings, read_brand(options.brand)
    pictures = illustrations or _illustrate(analysis, options, media, findings)
    return build_report(analysis, findings, options.lang, pictures.charts, pictures.stills, brand)


def make_slides(
    analysis: Analysis,
    options: Options,
    media: Path | None,
    overview: Overview,
    illustrations: Illustrations | None = None,
) -> Deck:
    """The slides.

    Args:
        analysis: what they are about.
        options: the language, the brand, and whether faces may be shown.
        media: the recording, which stills are cut from.
        overview: of the analysis.
        illustrations: where they are made already.

    Raises:
        MediaError, UsageError: as `make_content`.
    """
    from emoclassify.outputs.report.slides import build_slides  # here, since python-pptx takes 0.2 s to import

    findings, brand = overview.findings, read_brand(options.brand)
    pictures = illustrations or _illustrate(analysis, options, media, findings, for_slides=True)
    return build_slides(analysis, findings, overview.curves, options.lang, pictures.charts, pictures.stills, brand)


def _illustrate(
    analysis: Analysis, options: Options, media: Path | None, findings: Findings, *, for_slides: bool = False
) -> Illustrations:
    names = SLIDE_CHARTS if for_slides else tuple(DRAWINGS)
    form, endings = (SLIDE, (".png",)) if for_slides else (PAGE, CHART_ENDINGS)
    drawings = drawings_of(analysis, options.lang, form=form, endings=endings, names=names)
    charts = pictures_of(analysis, options.lang, drawings)
    return Illustrations(charts, stills_of(analysis, options, media, findings))


def lacks_stills(analysis: Analysis, options: Options) -> bool:
    """True where the report would have stills if the recording were at hand."""
    shows_stills = bool(options.report_formats) and not options.anonymize
    return shows_stills and bool(frames_of_moments(analysis, Overview.of(analysis).findings))


def stills_of(
    analysis: Analysis, options: Options, media: Path | None, findings: Findings, caught: Sequence[Frame] = ()
) -> Stills:
    """Frames of the recording for report and slides.

    Args:
        analysis: what they are about.
        options: the language, and whether faces may be shown.
        media: the recording; without it there are none.
        findings: of the analysis.
        caught: those of the frames that are at hand already.

    Raises:
        MediaError: the recording cannot be read.
    """
    if options.anonymize:
        return Stills({}, HIDDEN)
    if media is None or analysis.source.video is None:
        return Stills({}, NOT_AT_HAND)
    pictures = cut_stills(analysis, media, still_times_s(analysis, options, media, findings), caught)
    best = _best_still(analysis, pictures, best_frame(analysis, findings), Words(options.lang))
    return Stills(pictures, best=best)


def _best_still(analysis: Analysis, pictures: Mapping[int, Picture], frame: int | None, words: Words) -> Picture | None:
    if frame is None or frame not in pictures:
        return None
    time_s = next(sampled.time_s for sampled in analysis.frames if sampled.frame == frame)
    caption = words.text("The picture itself") if analysis.source.still else words.text("At {time}")
    return replace(pictures[frame], caption=caption.format(time=words.time(time_s)))


def pictures_of(analysis: Analysis, lang: str, drawings: Mapping[str, Drawing]) -> dict[str, Picture]:
    """Name of a chart -> its picture with its caption; reports have charts also where none was asked for as a file."""
    _ = Words(lang).text
    captions = {
        "timeline": _("The seven emotions over time: smoothed, with a thin line as read."),
        "groups": _("Positive, neutral and negative over time, smoothed."),
        "valence": _("Valence over time, as read and smoothed, with the share of frames that could be read.")
        if analysis.frames
        else _("Valence over time, as read and smoothed, with the share of the time in which someone speaks."),
        "shares": _("How long each emotion leads, as a share of the readable time, or of the speech.")
        if not analysis.source.still
        else _("The score of each emotion, from 0 to 1"),
        "agreement": _("Where face and voice agree, one shows more, they differ, or nothing can be told."),
        "call": _("Whose turn it is, and the valence of each voice that was read, smoothed, with a thin line as read."),
    }
    return {name: chart_picture(drawing, captions[name]) for name, drawing in drawings.items()}
