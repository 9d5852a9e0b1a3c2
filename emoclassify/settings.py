"""The options of an analysis: each declared once, here, with all that other modules need of it."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from emoclassify.declared import Option, Range, Role, declarations, declare, read_environment, split_names
from emoclassify.episode_rules import MEASURES, EpisodeRule
from emoclassify.errors import UsageError
from emoclassify.groups import DEFAULT, Groups
from emoclassify.picture_options import PictureOptions
from emoclassify.spoken_options import SpokenOptions
from emoclassify.words.texts import LANGUAGES

REPORT_FORMATS = ("docx", "pdf", "html", "pptx")
"""pptx: slides of the same findings."""
VOICE_MODELS = ("embedded", "large")
"""The names of the models that hear voices (`networks.models` has their files)."""
EXPORTS = ("fex", "openface", "imotions", "facereader", "eaf", "textgrid", "vtt", "srt", "bids")
"""The forms of other programs in which results can be written (see `outputs.formats.kinds`)."""


@dataclass(frozen=True, kw_only=True)
class Options(PictureOptions, SpokenOptions):
    """The options of one analysis; the `help` of each says what it means.

    Raises:
        UsageError: a value outside its range; the message names the option.
    """

    double_check: bool = declare(
        False,
        Option(
            help="Read the voice too and compare it with the face.",
            role=Role.FINDINGS,
            on_page=10,
            label="Listen to the voice too, and compare it with the face",
            hint="Shows where face and voice say the same and where they differ. Takes about twice as long.",
        ),
    )
    audio_track: int | None = declare(
        None,
        Option(
            help="Read this one of several sound tracks, counted from 1; left out: the one in which someone speaks.",
            role=Role.FINDINGS,
            range=Range(at_least=1, words="a whole number from 1"),
            metavar="N",
        ),
    )
    echo_mean: bool = declare(
        False,
        Option(
            help="Read the voice too and tell the mean emotion of the whole recording: of each face, of the voice and "
            "of both.",
            role=Role.FINDINGS,
        ),
    )
    usable_from: float = declare(
        0.7,
        Option(
            help="From this share of readable time on a recording counts as usable.",
            role=Role.OUTPUTS,
            range=Range(at_least=0, at_most=1),
            metavar="SHARE",
        ),
    )
    in_part_from: float = declare(
        0.4,
        Option(
            help="From this share of readable time on a recording counts as usable in part; below, as not usable.",
            role=Role.OUTPUTS,
            range=Range(at_least=0, at_most=1),
            metavar="SHARE",
        ),
    )
    min_speech: float = declare(
        3.0,
        Option(
            help="The least seconds of speech with which a recording without a picture counts as usable.",
            role=Role.OUTPUTS,
            range=Range(at_least=0),
            metavar="SECONDS",
        ),
    )
    voice: str = declare(
        "auto",
        Option(
            help="Whether voices may be read: auto, where an option asks for it or there is no picture; off, never.",
            role=Role.FINDINGS,
            choices=("auto", "off"),
            posted=False,
        ),
    )
    groups: str = declare(
        str(DEFAULT),
        Option(
            help="Which emotions are told together as positive and which as negative; those in neither are neutral.",
            role=Role.OUTPUTS,
            kind_in_words="the emotions of both groups",
            metavar="GROUPS",
        ),
    )
    episodes: str = declare(
        "",
        Option(
            help="Mark the stretches in which a measure is high: measure:up:down:seconds, as in negative:0.5:0.4:3, or "
            "several separated by commas. A gap in seconds and a least change may follow.",
            role=Role.OUTPUTS,
            metavar="RULES",
            kind_in_words="rules of episodes",
        ),
    )
    graph: bool = declare(
        False,
        Option(
            help="Draw the charts, as PNG and SVG.",
            role=Role.OUTPUTS,
            posted_as="make_graph",
            on_page=50,
            label="Charts as pictures",
            hint="For slides and documents. A few seconds.",
        ),
    )
    xlsx: bool = declare(
        False,
        Option(
            help="Write the tables as report.xlsx too.",
            role=Role.OUTPUTS,
            on_page=80,
            label="The tables for Excel",
            hint="All figures as sheets. A few seconds.",
        ),
    )
    csv_excel: bool = declare(
        False,
        Option(
            help="Write the CSV files so that Excel opens them by a double click: byte order mark, semicolons, and in "
            "Russian decimal commas.",
            role=Role.OUTPUTS,
        ),
    )
    annotate: bool = declare(
        False,
        Option(
            help="Draw what was found into the video itself: annotated.mp4.",
            role=Role.OUTPUTS,
            on_page=60,
            label="The video with the emotions drawn in",
            hint="Boxes, names of emotions and a running timeline in the picture. Takes about a third of the "
            "recording's length.",
        ),
    )
    anonymize: bool = declare(
        False,
        Option(
            help="Cover every face that was found in the annotated video; no stills in the report, and no words of a "
            "transcript in any file.",
            role=Role.OUTPUTS,
            on_page=70,
            label="Cover all faces in that video",
            hint="To show it around without showing who is in it. Look it through before you give it away.",
        ),
    )
    report: str = declare(
        "",
        Option(
            help="Write a report: docx, pdf, html, pptx (slides), or several separated by commas.",
            role=Role.OUTPUTS,
            choices=REPORT_FORMATS,
            several=True,
            metavar="FORMATS",
            on_page=40,
            label="A report",
            hint="The findings in words and pictures, to read or to hand on. A few seconds.",
            choice_labels=("Word", "PDF", "web page", "slides"),
        ),
    )
    export: str = declare(
        "",
        Option(
            help="Write the results for other programs: fex (py-feat), openface, imotions, facereader, eaf (ELAN), "
            "textgrid (Praat), vtt, srt, bids, or several separated by commas.",
            role=Role.OUTPUTS,
            choices=EXPORTS,
            several=True,
            metavar="FORMATS",
        ),
    )
    brand: str = declare(
        "",
        Option(
            help="A folder with the brand of reports and slides: brand.toml (name, footer, colours), logo.svg or "
            "logo.png.",
            role=Role.OUTPUTS,
            metavar="DIR",
            kind_in_words="a folder",
            posted=False,
        ),
    )
    lang: str = declare("en", Option(help="The language of the outputs.", role=Role.OUTPUTS, choices=tuple(LANGUAGES)))
    expression_model: str = declare(
        "embedded",
        Option(
            help="What reads faces: embedded, another image classification model as a folder in Hugging Face form, or "
            "a name that `models fetch` fetched; for a job of a server, a name of its list.",
            role=Role.NETWORKS,
            metavar="DIR_OR_NAME",
            kind_in_words="the name of a model",
        ),
    )
    voice_model: str = declare(
        "embedded",
        Option(
            help="What reads the voice: embedded; large, which is right more often and takes longer; or a folder that "
            "`python -m voice_model` wrote.",
            role=Role.NETWORKS,
            metavar="NAME_OR_DIR",
            names=VOICE_MODELS,
            on_page=15,
            label="How carefully should the voice be heard?",
            hint="The large model is right more often, above all in other languages, and takes longer.",
            choice_labels=("Quickly", "Carefully, with the large model"),
        ),
    )
    runtime: str = declare(
        "auto",
        Option(
            help="What runs the networks; auto: the fastest.",
            role=Role.NETWORKS,
            choices=("auto", "torch", "openvino"),
            posted=False,
        ),
    )
    device: str = declare(
        "auto",
        Option(
            help="Where the networks run; auto: CUDA where there is one.",
            role=Role.NETWORKS,
            choices=("auto", "cpu", "cuda"),
            posted=False,
        ),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for option in options_of(type(self)):
            option.check(getattr(self, option.name), option.dashed)
        _ = self.rest_s, self.episode_rules  # which refuse what they cannot read
        object.__setattr__(self, "groups", str(self.emotion_groups))  # written one way, however it was given
        object.__setattr__(self, "area", str(self.read_area or ""))
        object.__setattr__(self, "brand", self.brand and str(Path(self.brand).absolute()))
        if self.anonymize and not (self.annotate or self.report or self.is_transcribed):
            raise UsageError("anonymize_alone")
        if self.voice == "off" and (self.double_check or self.echo_mean or self.transcribe_focus):
            raise UsageError("voice_off")

    @property
    def emotion_groups(self) -> Groups:
        """The groups of emotions that `groups` defines."""
        try:
            return Groups.read(self.groups)
        except ValueError as exc:
            raise UsageError("groups_unfit", given=self.groups, example=str(DEFAULT)) from exc

    @property
    def episode_rules(self) -> tuple[EpisodeRule, ...]:
        """The rules that `episodes` defines."""
        try:
            return tuple(map(EpisodeRule.read, split_names(self.episodes)))
        except ValueError as exc:
            raise UsageError("episodes_unfit", given=self.episodes, measures=MEASURES) from exc

    @property
    def report_formats(self) -> tuple[str, ...]:
        """The formats of the report."""
        return split_names(self.report)

    @property
    def export_formats(self) -> tuple[str, ...]:
        """The forms of other programs that are wanted."""
        return split_names(self.export)

    def to_dict(self) -> dict[str, Any]:
        """Name -> value of each option, as in analysis.json and the database."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """The options in a dictionary of `to_dict`, also of an older version: a missing option has its default, and a
        name that is no option any more is left out."""
        return cls(**{field.name: content[field.name] for field in fields(cls) if field.name in content})

    @classmethod
    def read(cls, arguments: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Self:
        """Options from arguments (None = not given), else from EMOCLASSIFY_<NAME>, else the defaults."""
        options = options_of(cls)
        values = {option.name: arguments[option.name] for option in options if arguments.get(option.name) is not None}
        return cls(**values, **read_environment([option for option in options if option.name not in values], environ))


def options_of(holder: type[Options] = Options) -> tuple[Option, ...]:
    """The declaration of each option, in their order."""
    return declarations(holder, Option)


STUDY_OPTIONS = ("report", "graph", "xlsx", "export", "brand", "lang")
"""Those that the results of a study have too."""

STUDY_EXPORTS = ("bids",)
"""The values of `export` whose files hold several people on the clock of a film."""


def study_options() -> list[Option]:
    """The options of the results of a study; of `export` those choices that a study has."""
    options = [option for option in options_of() if option.name in STUDY_OPTIONS]
    return [replace(one, choices=STUDY_EXPORTS, help=_STUDY_EXPORT) if one.name == "export" else one for one in options]


_STUDY_EXPORT = "Write the study for other programs too: bids (the Brain Imaging Data Structure)."

OUTPUT_OPTIONS = tuple(option.name for option in options_of() if option.role is Role.OUTPUTS)
"""The options that decide what is made of the readings, and which files, but not what is read in the recording."""
