"""Every knob of an analysis: its default, its range, and how it is read from arguments and EMOCLASSIFY_* once."""

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from emoclassify.errors import UsageError
from emoclassify.words.texts import LANGUAGES

ENVIRONMENT_PREFIX = "EMOCLASSIFY_"

OUTPUT_OPTIONS = ("graph", "xlsx", "csv_excel", "annotate", "anonymize", "report", "lang")
"""The options that decide what is made of an analysis, not what is found."""

REPORT_FORMATS = ("docx", "pdf", "html")

_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off", "")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is asked of one analysis.

    Raises:
        UsageError: a value outside its range; the message names the option.
    """

    sample_fps: float = 5.0
    """Frames looked at a second of the recording."""
    every: int | None = None
    """Instead: every Nth decoded frame."""
    faces: str = "largest"
    """largest: the main person, whose face area summed over time is the largest; all: every person."""
    min_face: float = 0.08
    """The smallest face looked for, as a share of the frame's shorter side."""
    double_check: bool = False
    """Read the voice too and compare it with the face."""
    echo_mean: bool = False
    """Read the voice too and tell the mean emotion of the whole recording: of each face, of the voice and of both."""
    graph: bool = False
    """Draw the charts, as PNG and SVG."""
    xlsx: bool = False
    """Write the tables as report.xlsx too."""
    csv_excel: bool = False
    """Write the CSV files so that Excel opens them by a double click."""
    annotate: bool = False
    """Draw what was found into the video itself: annotated.mp4."""
    anonymize: bool = False
    """Cover every face in the annotated video; no stills in the report."""
    report: str = ""
    """Write a report: of docx, pdf and html those wanted, separated by commas."""
    lang: str = "en"
    """The language of the outputs: en or ru."""
    expression_model: str = "embedded"
    """"embedded", a folder in Hugging Face form, or a hub name that is in the cache."""
    voice_model: str = "embedded"
    """"embedded", or a folder that `python -m voice_model export` wrote."""
    runtime: str = "auto"
    """What runs the networks: auto, torch or openvino."""
    device: str = "auto"
    """Where the networks run: auto, cpu or cuda."""

    def __post_init__(self) -> None:
        _require(0 < self.sample_fps <= 1000, "sample-fps", "above 0, at most 1000", self.sample_fps)
        _require(self.every is None or self.every >= 1, "every", "a whole number from 1", self.every)
        _require(self.faces in ("largest", "all"), "faces", "largest or all", self.faces)
        _require(0 < self.min_face <= 1, "min-face", "above 0, at most 1", self.min_face)
        _require(self.lang in LANGUAGES, "lang", " or ".join(LANGUAGES), self.lang)
        _require(set(self.report_formats) <= set(REPORT_FORMATS), "report", "docx, pdf, html or several", self.report)
        if self.anonymize and not (self.annotate or self.report):
            raise UsageError("anonymize hides the faces in the annotated video and the report: ask for one of them.")
        _require(self.runtime in ("auto", "torch", "openvino"), "runtime", "auto, torch or openvino", self.runtime)
        _require(self.device in ("auto", "cpu", "cuda"), "device", "auto, cpu or cuda", self.device)

    @property
    def report_formats(self) -> tuple[str, ...]:
        """The formats of the report that are asked for."""
        return tuple(name.strip() for name in self.report.split(",") if self.report)

    def to_dict(self) -> dict[str, Any]:
        """Name -> value of each option, as analysis.json and the database keep them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Options":
        """The options that `to_dict` gave, also where an older version did: what it lacks has its default, and names
        that are no options any more are left out."""
        return cls(**{field.name: content[field.name] for field in fields(cls) if field.name in content})

    @classmethod
    def read(cls, given: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> "Options":
        """Options from arguments (None = not given), else from EMOCLASSIFY_<NAME>, else the defaults."""
        values = {}
        for field in fields(cls):
            if given.get(field.name) is not None:
                values[field.name] = given[field.name]
            elif (text := environ.get(ENVIRONMENT_PREFIX + field.name.upper())) is not None:
                values[field.name] = _parse(field.name, field.type, text)
        return cls(**values)


def _require(holds: bool, option: str, wanted: str, value: object) -> None:
    if not holds:
        raise UsageError(f"{option} must be {wanted}, but is {value}.")


def _parse(name: str, kind: Any, text: str) -> Any:
    readers: dict[Any, Callable[[str], Any]] = {float: float, int | None: int, bool: _flag, str: str}
    try:
        return readers[kind](text)
    except ValueError as exc:
        raise UsageError(f"{ENVIRONMENT_PREFIX}{name.upper()} has the value '{text}', which does not fit.") from exc


def _flag(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError(text)
