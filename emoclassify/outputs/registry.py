"""All files of results, in the order in which the page shows them: what each means, when it is wanted, how it is made.

A new file is an entry of OUTPUTS and the function that writes it. Importing this module stays quick, since whatever
draws, reads recordings or makes documents is imported when the entry's `write` is called.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from emoclassify import stages
from emoclassify.analysis import Analysis
from emoclassify.errors import MediaError, UsageError
from emoclassify.media.nouns import Frame
from emoclassify.media.picture_store import PictureStore
from emoclassify.outputs.charts.kinds import CHART_ENDINGS, CHARTS, SLIDE_CHARTS, Chart, Drawing
from emoclassify.outputs.formats.kinds import EXPORT_FILES, EXPORTS_GUIDE, ExportFile, write_guide
from emoclassify.outputs.formats.kinds import TEXTS as EXPORT_TEXTS
from emoclassify.outputs.json_file import write_json
from emoclassify.outputs.names import ANALYSIS, ANNOTATED, OVERVIEW, PREVIEW
from emoclassify.outputs.tables.columns import write_dictionary
from emoclassify.outputs.tables.rows import table_names, write_table
from emoclassify.outputs.video.caught import CaughtFrames
from emoclassify.overview import Overview
from emoclassify.settings import OUTPUT_OPTIONS, Options
from emoclassify.stages import Stage
from emoclassify.transcript.mask import masked
from emoclassify.words.messages import Message
from emoclassify.words.texts import translation

if TYPE_CHECKING:  # tables are written without it
    from emoclassify.media.pictures import Picture
    from emoclassify.outputs.document.blocks import Content, Deck
    from emoclassify.outputs.report.timecourse import Stills
    from emoclassify.outputs.report.write import Illustrations

_PIXELS = (".png",)
"""The form of a chart within a document; a PDF shows the drawing itself."""

OnPicture = Callable[[str, float], None]
"""Called with the name of the stage and the time in seconds, for each picture of a video that is being made."""


@dataclass(frozen=True)
class Material:
    """What outputs are made of.

    Attributes:
        analysis: of the recording. Its options say which outputs are wanted.
        media: the recording, where it is at hand.
        preview: whether preview.mp4 is wanted too, where a browser would not play the recording itself.
        on_picture: called for each picture of a video.
        caught: what the annotated video catches of the stills, where it is made beside them.
        store: pictures of the recording that its analysis looked at, where they fit into memory.
    """

    analysis: Analysis
    media: Path | None = None
    preview: bool = False
    on_picture: OnPicture = lambda stage, time_s: None
    caught: CaughtFrames = field(default_factory=CaughtFrames)
    store: PictureStore | None = None

    @property
    def options(self) -> Options:
        """The options of the analysis, which say which outputs are wanted."""
        return self.analysis.options

    @property
    def recording(self) -> Path:
        """The recording, for outputs that cannot be made without it. Raises UsageError where it is not at hand."""
        if self.media is None:
            raise UsageError("annotate_lacks_recording")
        return self.media

    @cached_property
    def overview(self) -> Overview:
        """The findings and curves of the analysis, computed once for the file and the report."""
        return Overview.of(self.analysis)

    @cached_property
    def drawings(self) -> dict[str, Drawing]:
        """Name of a chart -> the chart at 16:9, for its own files."""
        from emoclassify.outputs.charts.draw import drawings_of

        return drawings_of(self.analysis, self.options.lang, self.overview)

    @cached_property
    def page_drawings(self) -> dict[str, Drawing]:
        """The same for the pages of the report."""
        from emoclassify.outputs.charts.draw import drawings_of
        from emoclassify.outputs.charts.style import PAGE

        endings = CHART_ENDINGS if "pdf" in self.options.report_formats else _PIXELS
        return drawings_of(self.analysis, self.options.lang, self.overview, form=PAGE, endings=endings)

    @cached_property
    def slide_drawings(self) -> dict[str, Drawing]:
        """The same for the slides, of those charts that they have as pictures."""
        from emoclassify.outputs.charts.draw import drawings_of
        from emoclassify.outputs.charts.style import SLIDE

        lang, overview = self.options.lang, self.overview
        return drawings_of(self.analysis, lang, overview, form=SLIDE, endings=_PIXELS, names=SLIDE_CHARTS)

    @cached_property
    def report(self) -> "Content":
        """The content of the report, made once for all its formats."""
        from emoclassify.outputs.report.write import make_content

        pictures = self._illustrations(self.page_drawings)
        return make_content(self.analysis, self.options, self.media, self.overview.findings, pictures)

    @cached_property
    def slides(self) -> "Deck":
        """The slides."""
        from emoclassify.outputs.report.write import make_slides

        pictures = self._illustrations(self.slide_drawings)
        return make_slides(self.analysis, self.options, self.media, self.overview, pictures)

    @cached_property
    def stills(self) -> "Stills":
        """Frames of the recording, cut once for report and slides."""
        from emoclassify.outputs.report.write import stills_of

        frames = [*self.caught.frames(), *self._stored_stills()]
        return stills_of(self.analysis, self.options, self.media, self.overview.findings, frames)

    def _stored_stills(self) -> "list[Frame]":
        """Those stills whose pictures the analysis left."""
        video = self.analysis.source.video
        if self.store is None or video is None:
            return []
        from emoclassify.media.read import upright_rgb

        pictures = self.store.take(self._still_times_s())
        return [Frame(each.index, each.time_s, upright_rgb(each.frame, video)) for each in pictures]

    def _still_times_s(self) -> dict[int, float]:
        from emoclassify.outputs.report.stills import still_times_s  # loads nothing that draws

        return still_times_s(self.analysis, self.options, self.media, self.overview.findings)

    def want_stills(self) -> None:
        """Lets the annotated video, which is about to be made, catch the stills of the report, where one is wanted."""
        if self.options.report_formats:
            self.caught.want(self._still_times_s())

    def _illustrations(self, drawings: dict[str, Drawing]) -> "Illustrations":
        from emoclassify.outputs.report.write import Illustrations, pictures_of

        return Illustrations(pictures_of(self.analysis, self.options.lang, drawings), self.stills)


NO_VIDEO = Message("no_video_to_annotate")


class Use(Enum):
    """How an output uses the recording itself."""

    NEVER = "made of the analysis alone"
    AT_HAND = "made without it too, but less is in it"
    ALWAYS = "not made without it"


@dataclass(frozen=True)
class Output:
    """One file of the results, or one in several forms (PNG and SVG).

    Attributes:
        names: of the file; of each form, where there are several.
        meaning: what it is for, a text that the catalogues translate.
        write: makes it; called with the material and the path of the first name.
        wanted: whether it is to be made, by analysis and options.
        use: how it uses the recording itself.
        stage: of the job in which it is made.
    """

    names: tuple[str, ...]
    meaning: str
    write: Callable[[Material, Path], None]
    wanted: Callable[[Material], bool] = lambda material: True
    use: Use = Use.NEVER
    stage: Stage = stages.OUTPUTS


def _report(kind: str, meaning: str, write: Callable[[Material, Path], None]) -> Output:
    return Output(
        (f"report.{kind}",), meaning, write, lambda material: kind in material.options.report_formats, Use.AT_HAND
    )


def _write_report(material: Material, path: Path) -> None:
    from emoclassify.outputs.report.write import write_report

    write_report(material.report, path)


def _write_slides(material: Material, path: Path) -> None:
    from emoclassify.outputs.report.write import write_slides

    write_slides(material.slides, path)


def _annotate(material: Material, path: Path) -> None:
    from emoclassify.outputs.video.annotate import annotate

    def on_picture(picture: "Picture") -> None:
        material.caught.offer(picture)
        material.on_picture(stages.VIDEO.name, picture.time_s)

    options = material.options
    try:
        annotate(
            material.analysis,
            material.recording,
            path,
            lang=options.lang,
            anonymize=options.anonymize,
            on_picture=on_picture,
        )
    finally:
        material.caught.end()


def _is_annotated(material: Material) -> bool:
    return material.options.annotate and material.analysis.source.has_moving_picture


def _make_preview(material: Material, path: Path) -> None:
    from emoclassify.media.sides import mix_sides
    from emoclassify.outputs.video.preview import make_preview

    audio, on_picture = material.analysis.source.audio, partial(material.on_picture, stages.PREVIEW.name)
    sound_stream = None if audio is None else audio.stream
    try:
        if material.analysis.source.has_moving_picture:
            make_preview(
                material.recording,
                path,
                sound_stream=sound_stream,
                on_picture=lambda picture: on_picture(picture.time_s),
            )
        else:
            mix_sides(material.recording, material.options.role_tracks[:2], path, on_picture)
    except MediaError:  # nobody asked for it: the analysis of a damaged recording is not given up for it
        path.unlink(missing_ok=True)


def _needs_preview(material: Material) -> bool:
    if not material.preview or not material.analysis.source.has_moving_picture:
        return material.preview and len(material.options.role_tracks) > 1
    from emoclassify.outputs.video.preview import plays_in_browsers

    return not plays_in_browsers(material.recording)


def _write_workbook(material: Material, path: Path) -> None:
    from emoclassify.outputs.tables.workbook import write_workbook

    write_workbook(material.analysis, path, material.options.lang, findings=material.overview.findings)


def _chart(chart: Chart) -> Output:
    def draw(material: Material, path: Path) -> None:
        for ending in CHART_ENDINGS:
            path.with_suffix(ending).write_bytes(material.drawings[chart.name][ending])

    names = tuple(chart.name + ending for ending in CHART_ENDINGS)
    return Output(
        names, chart.meaning, draw, lambda material: material.options.graph and chart.is_of(material.analysis)
    )


def _table(table: str, meaning: str) -> Output:
    return Output(
        (f"{table}.csv",),
        meaning,
        lambda material, path: write_table(material.analysis, table, path, material.options),
        lambda material: table in _tables(material),
    )


def _export(export: ExportFile) -> Output:
    return Output(
        (export.name,),
        export.meaning,
        lambda material, path: export.write(material.analysis, path),
        lambda material: export.of in material.options.export_formats and export.is_of(material.analysis),
    )


def _write_dictionary(material: Material, path: Path) -> None:
    write_dictionary(_tables(material), path, material.options.lang)


def _tables(material: Material) -> list[str]:
    return table_names(material.analysis)


OUTPUTS = (
    _report("html", "The report as a web page", _write_report),
    _report("pdf", "The report to print or send", _write_report),
    _report("docx", "The report for Word, to edit", _write_report),
    _report("pptx", "The slides for PowerPoint, with charts that can be edited", _write_slides),
    Output((ANNOTATED,), "The video with the emotions drawn in", _annotate, _is_annotated, Use.ALWAYS, stages.VIDEO),
    Output((PREVIEW,), "The recording as browsers play it", _make_preview, _needs_preview, Use.ALWAYS, stages.PREVIEW),
    Output(
        ("report.xlsx",),
        "The findings and the tables for Excel",
        _write_workbook,
        lambda material: material.options.xlsx,
    ),
    *map(_chart, CHARTS),
    _table("frames", "One row for each face in each picture looked at"),
    _table("series", "The mean of every half second: for charts of your own"),
    _table("voice", "The voice, window by window"),
    _table("segments", "Each stretch of speech, face beside voice"),
    _table("words", "What was said, word by word"),
    _table("phrases", "What was said, phrase by phrase, with the emotion of each"),
    _table("turns", "Who speaks when in a call"),
    _table("roles", "How much each side of a call speaks, and how its voice sounds"),
    _table("episodes", "The stretches that your rules mark"),
    Output(("columns.md",), "What each column of the tables means", _write_dictionary),
    *map(_export, EXPORT_FILES),
    Output(
        (EXPORTS_GUIDE,),
        "What the files for other programs hold, and what they cannot",
        lambda material, path: write_guide(material.analysis, path),
        lambda material: bool(material.options.export_formats),
    ),
    Output(
        (OVERVIEW,),
        "The answer and the curves, without single pictures, for programs",
        lambda material, path: write_json(material.overview.to_dict(), path),
    ),
)
"""All outputs but analysis.json, which is written after them and names them."""

_MEANING_OF_ANALYSIS = "Everything that was found, for programs"
_FORMS = {".png": "picture", ".svg": "drawing, sharp at any size"}
"""Ending -> name of the form, for outputs with several."""

TEXTS = (_MEANING_OF_ANALYSIS, *_FORMS.values(), *(output.meaning for output in OUTPUTS), *EXPORT_TEXTS)
"""What the catalogues translate."""


def file_names() -> list[str]:
    """All files that results can have, in the order in which they are shown."""
    return [*(name for output in OUTPUTS for name in output.names), ANALYSIS]


def wanted_outputs(material: Material) -> list[Output]:
    """The outputs that are to be made, in the order in which they are made."""
    outputs = [output for output in OUTPUTS if output.wanted(material)]
    return sorted(outputs, key=lambda output: stages.STAGES.index(output.stage))


def with_outputs(analysis: Analysis, options: Options) -> Analysis:
    """The same analysis with the output options of `options`, and without the words that they hide; where an output
    cannot be made, a warning says so."""
    output_options = {name: getattr(options, name) for name in OUTPUT_OPTIONS}
    warnings = tuple(warning for warning in analysis.warnings if warning != NO_VIDEO)
    if options.annotate and not analysis.source.has_moving_picture:
        warnings += (NO_VIDEO,)
    options = replace(analysis.options, **output_options)
    transcript = analysis.transcript and masked(analysis.transcript, options)
    return replace(analysis, options=options, transcript=transcript, warnings=warnings)


def meaning_of(name: str, lang: str) -> str | None:
    """What a file of results is for, in a language of `texts.LANGUAGES`; None for any other file."""
    _ = translation(lang).gettext
    if name == ANALYSIS:
        return _(_MEANING_OF_ANALYSIS)
    for output in OUTPUTS:
        if name in output.names:
            forms = f" ({_(_FORMS[Path(name).suffix])})" if len(output.names) > 1 else ""
            return _(output.meaning) + forms
    return None
