"""Calls made by hand, with known turns and known voices."""

from typing import Any

from emoclassify.analysis import Analysis
from emoclassify.settings import Options
from emoclassify.timeline import Span
from emoclassify.turns import RoleTalk
from emoclassify.voice.reading import VoiceRead
from tests.support.findings import analysis, voice

AGENT = ((0.0, 8.0), (20.0, 26.0), (38.0, 46.0), (55.0, 59.0))
CUSTOMER = ((9.0, 19.0), (24.0, 36.0), (48.0, 54.0))
"""When each speaks, seconds; the customer begins at 24 s while the agent speaks, and both go on for 2 s."""

EMOTIONS = {
    "agent": ("neutral", "neutral", "happy", "happy"),
    "customer": ("sad", "angry", "happy"),
}
"""The voice in each of these stretches."""

OVERLAP_S, SILENCE_S, END_S = 2.0, 8.0, 60.0


def made_call(*, scored: tuple[str, ...] = ("customer",), **options: Any) -> Analysis:
    """A call of a minute, sound alone, with both sides known and the voices of some of them read."""
    spans = {"agent": AGENT, "customer": CUSTOMER}
    roles = tuple(
        RoleTalk(name, tuple(Span(*span) for span in own), _read(name, own) if name in scored else None)
        for name, own in spans.items()
    )
    voices = [role.voice for role in roles if role.voice is not None]
    chosen = Options(**{"roles": "agent=left,customer=right", "score_roles": ",".join(scored) or "none", **options})
    stretches = list(voices[0].stretches) if voices else None
    return analysis([], [], stretches, options=chosen, roles=roles, end_s=END_S)


def _read(name: str, spans: tuple[tuple[float, float], ...]) -> VoiceRead:
    readings = tuple(voice(*span, emotion) for span, emotion in zip(spans, EMOTIONS[name], strict=True))
    return VoiceRead(readings, readings)
