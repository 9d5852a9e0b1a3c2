"""Tiers as Praat opens them: a TextGrid in its long form, whose intervals tile the whole time without holes.

Source: fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html.
"""

from collections.abc import Iterator
from pathlib import Path

from emoclassify.analysis import Analysis
from emoclassify.outputs.formats.stretches import Tier, face_tiers, voice_tiers, word_tiers

Interval = tuple[str, str, str]
"""Start and end in seconds with six decimals, and the text; empty in a gap."""


def write_textgrid(analysis: Analysis, path: Path) -> None:
    """Writes emotions.TextGrid, UTF-8, in the language of the options."""
    lang, end_s = analysis.options.lang, max(analysis.end_s, analysis.picture_end_s)
    tiers = [*face_tiers(analysis, lang), *voice_tiers(analysis, lang), *word_tiers(analysis)]
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {end_s:.6f}"]
    lines += ["tiers? <exists>", f"size = {len(tiers)}", "item []:"] if tiers else ["tiers? <absent>"]
    for number, tier in enumerate(tiers, start=1):
        lines += _tier_lines(number, tier, end_s)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _tier_lines(number: int, tier: Tier, end_s: float) -> Iterator[str]:
    intervals = list(_tiles(tier, end_s))
    yield f"    item [{number}]:"
    yield '        class = "IntervalTier"'
    yield f"        name = {_quoted(tier.name)}"
    yield "        xmin = 0"
    yield f"        xmax = {end_s:.6f}"
    yield f"        intervals: size = {len(intervals)}"
    for i, (start, end, text) in enumerate(intervals, start=1):
        yield f"        intervals [{i}]:"
        yield f"            xmin = {start}"
        yield f"            xmax = {end}"
        yield f"            text = {_quoted(text)}"


def _tiles(tier: Tier, end_s: float) -> Iterator[Interval]:
    """The labels with empty intervals between them, from 0 to the end."""
    last = f"{0:.6f}"
    for label in tier.labels:
        start, end = f"{label.span.start_s:.6f}", f"{min(label.span.end_s, end_s):.6f}"
        if float(start) >= float(end):
            continue
        if float(start) > float(last):
            yield last, start, ""
        yield start, end, label.text
        last = end
    if float(last) < round(end_s, 6):
        yield last, f"{end_s:.6f}", ""


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
