"""report.docx, report.pdf and report.html of one analysis."""

from collections.abc import Callable, Mapping
from pathlib import Path

from emoclassify.analysis import Analysis
from emoclassify.findings import Findings
from emoclassify.outputs.charts.draw import drawings_of
from emoclassify.outputs.charts.kinds import Drawing
from emoclassify.outputs.document.blocks import Content, Picture
from emoclassify.outputs.document.docx import write_docx
from emoclassify.outputs.document.html import write_html
from emoclassify.outputs.document.pdf import write_pdf
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.report.content import build_report
from emoclassify.outputs.report.stills import cut_stills
from emoclassify.outputs.report.timecourse import HIDDEN, NOT_AT_HAND, Stills, frame_of
from emoclassify.overview import Overview
from emoclassify.settings import Options

_WRITERS: dict[str, Callable[[Content, Path], None]] = {".docx": write_docx, ".pdf": write_pdf, ".html": write_html}


def write_report(content: Content, path: Path) -> None:
    """Writes the report in the format that the ending of the path names: .docx, .pdf or .html.

    Raises:
        ResultError: it cannot be written.
    """
    _WRITERS[path.suffix](content, path)


def make_content(
    analysis: Analysis,
    options: Options,
    media: Path | None,
    findings: Findings | None = None,
    drawings: Mapping[str, Drawing] | None = None,
) -> Content:
    """The content of the report, the same in every format.

    Args:
        analysis: what it is about.
        options: the language, and whether faces may be shown.
        media: the recording, which stills are cut from; without it the report says that it has none.
        findings: of the analysis, where they are computed already.
        drawings: name of a chart -> the chart in the language of the options, where they are drawn already.

    Raises:
        MediaError: the recording cannot be read.
    """
    findings = findings or Overview.of(analysis).findings
    stills = _stills(analysis, options, media, findings)
    charts = _charts(analysis, options.lang, drawings or drawings_of(analysis, options.lang))
    return build_report(analysis, findings, options.lang, charts, stills)


def lacks_stills(analysis: Analysis, options: Options) -> bool:
    """True where the report would have stills if the recording were at hand."""
    shows_stills = bool(options.report_formats) and not options.anonymize
    return shows_stills and bool(_frames_of_moments(analysis, Overview.of(analysis).findings))


def _frames_of_moments(analysis: Analysis, findings: Findings) -> set[int]:
    moments = findings.main.moments if findings.main else ()
    return {frame for moment in moments if (frame := frame_of(analysis, moment)) is not None}


def _stills(analysis: Analysis, options: Options, media: Path | None, findings: Findings) -> Stills:
    if options.anonymize:
        return Stills({}, HIDDEN)
    if media is None:
        return Stills({}, NOT_AT_HAND)
    return Stills(cut_stills(analysis, media, _frames_of_moments(analysis, findings)))


def _charts(analysis: Analysis, lang: str, drawings: Mapping[str, Drawing]) -> dict[str, Picture]:
    """Name of a chart -> the chart; the report has charts also where they were not asked for as files."""
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
    }
    return {name: Picture(drawing[".png"], ".png", captions[name]) for name, drawing in drawings.items()}
