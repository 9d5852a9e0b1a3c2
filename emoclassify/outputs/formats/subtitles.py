"""What is shown as subtitles under the recording, and as a track of figures for web pages.

Source: w3.org/TR/webvtt1. In a cue no text may hold an arrow, so that `&`, `<` and `>` are written as entities.
"""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path

import numpy as np

from emoclassify.analysis import Analysis
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.formats.clock import clock_text
from emoclassify.outputs.formats.stretches import Label, face_tiers, plain_line, spoken, voice_tiers
from emoclassify.transcript.transcript import Phrase

Cue = tuple[str, Label]
"""Who it is of, and the stretch."""


def write_vtt(analysis: Analysis, path: Path) -> None:
    """Writes emotions.vtt: a cue for each stretch in which one emotion leads, its emotion as a class (`<c.happy>`)."""
    with path.open("w", encoding="utf-8") as file:
        file.write("WEBVTT\n")
        for who, label in _cues(analysis):
            text = escape(label.text, quote=False)
            styled = f"<c.{label.emotion}>{text}</c>" if label.emotion else text
            file.write(f"\n{_span_text(label, '.')}\n<v {escape(who, quote=False)}>{styled}</v>\n")


def write_srt(analysis: Analysis, path: Path) -> None:
    """Writes emotions.srt: the same as plain lines, for players without WebVTT."""
    with path.open("w", encoding="utf-8") as file:
        for number, (who, label) in enumerate(_cues(analysis), start=1):
            blank = "" if number == 1 else "\n"
            file.write(f"{blank}{number}\n{_span_text(label, ',')}\n{who}: {label.text}\n")


def write_track(analysis: Analysis, path: Path) -> None:
    """Writes emotions_track.vtt: a metadata track with a line of JSON for every half second and person."""
    with path.open("w", encoding="utf-8") as file:
        file.write("WEBVTT\n")
        for start_s, end_s, content in sorted(_track_items(analysis), key=lambda item: item[0]):  # cues go by time
            line = json.dumps(content).replace(">", "\\u003e")
            file.write(f"\n{clock_text(start_s)} --> {clock_text(end_s)}\n{line}\n")


def write_spoken_vtt(analysis: Analysis, path: Path) -> None:
    """Writes words.vtt: a cue for each phrase, its emotion as a class, its role as the voice that speaks."""
    with path.open("w", encoding="utf-8") as file:
        file.write("WEBVTT\n")
        for phrase in spoken(analysis):
            text = escape(plain_line(phrase.text), quote=False)
            emotion = phrase.emotion and phrase.emotion.voice.dominant
            styled = f"<c.{emotion}>{text}</c>" if emotion else text
            who = escape(plain_line(phrase.role), quote=False)
            spoken_text = f"<v {who}>{styled}</v>" if who else styled
            file.write(f"\n{_span_text(phrase, '.')}\n{spoken_text}\n")


def write_spoken_srt(analysis: Analysis, path: Path) -> None:
    """Writes words.srt: the same as plain lines."""
    with path.open("w", encoding="utf-8") as file:
        for number, phrase in enumerate(spoken(analysis), start=1):
            blank, who = "" if number == 1 else "\n", plain_line(phrase.role)
            text = (f"{who}: " if who else "") + plain_line(phrase.text).replace("-->", "\N{RIGHTWARDS ARROW}")
            file.write(f"{blank}{number}\n{_span_text(phrase, ',')}\n{text}\n")


def _cues(analysis: Analysis) -> list[Cue]:
    lang = analysis.options.lang
    tiers = [*face_tiers(analysis, lang), *voice_tiers(analysis, lang)[:1]]
    cues = [(tier.name, label) for tier in tiers for label in tier.labels]
    return sorted(cues, key=lambda cue: (cue[1].span, cue[0]))


def _span_text(label: Label | Phrase, mark: str) -> str:
    return f"{clock_text(label.span.start_s, mark)} --> {clock_text(label.span.end_s, mark)}"


def _track_items(analysis: Analysis) -> Iterator[tuple[float, float, dict[str, object]]]:
    for person in analysis.persons if not analysis.source.still else ():
        bins = analysis.series(person)
        width_s = float(np.diff(bins.starts_s[:2])[0]) if len(bins.starts_s) > 1 else analysis.picture_end_s
        for start_s, n_valid, scores in zip(bins.starts_s, bins.n_valid, bins.scores, strict=True):
            values = [round(float(score), 6) for score in scores] if n_valid else [None] * len(EMOTIONS)
            yield (
                float(start_s),
                min(float(start_s) + width_s, analysis.picture_end_s),
                {"person": person, **dict(zip(EMOTIONS, values, strict=True))},
            )
