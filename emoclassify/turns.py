"""Who speaks when in a call: turns of each role, how long each talks, who interrupts, where nobody speaks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emoclassify.timeline import Span
from emoclassify.voice.reading import VoiceRead

MAX_PAUSE_S = 1.0
"""A role that goes on after a shorter pause, in which nobody else begins, is still in the same turn."""

MIN_INTERRUPTION_S = 0.5
"""To begin while another speaks counts as an interruption where both go on for so long at least; less is a slip, or a
"yes" that shows attention."""


@dataclass(frozen=True)
class RoleTalk:
    """One side of a call.

    Attributes:
        name: of the role.
        stretches: of speech, in order of time.
        voice: the readings of the voice; None where this role is not scored.
    """

    name: str
    stretches: tuple[Span, ...]
    voice: VoiceRead | None = None


@dataclass(frozen=True)
class Turn:
    """A stretch in which one role has the floor.

    Attributes:
        role: whose it is.
        span: from its first word to its last.
        interrupts: whether it begins while another role speaks, and both go on.
    """

    role: str
    span: Span
    interrupts: bool


@dataclass(frozen=True)
class Shares:
    """How a role takes part in a call.

    Attributes:
        role: its name.
        talk_s: seconds of speech.
        share: of the speech of all roles, 0..1; 0 where nobody speaks.
        n_turns: how often it has the floor.
        n_interruptions: how many of its turns begin in another one's.
    """

    role: str
    talk_s: float
    share: float
    n_turns: int
    n_interruptions: int


@dataclass(frozen=True)
class Talk:
    """A call as a whole.

    Attributes:
        turns: of all roles, in order of time.
        shares: of each role, in the order of the roles.
        overlap_s: seconds in which several speak at once.
        silence_s: seconds in which nobody does.
    """

    turns: tuple[Turn, ...]
    shares: tuple[Shares, ...]
    overlap_s: float
    silence_s: float


def talk_of(roles: Sequence[RoleTalk], end_s: float) -> Talk:
    """The turns and figures of a call.

    Args:
        roles: each side, at least one.
        end_s: where the recording ends.
    """
    turns = sorted(_all_turns(roles), key=lambda turn: turn.span)
    talk_s = {role.name: sum(span.duration_s for span in role.stretches) for role in roles}
    all_s = sum(talk_s.values())
    shares = tuple(_shares(role.name, talk_s[role.name], all_s, turns) for role in roles)
    spoken_s, overlap_s = _lengths_s(span for role in roles for span in role.stretches)
    return Talk(tuple(turns), shares, overlap_s, max(0.0, end_s - spoken_s))


def _shares(role: str, talk_s: float, all_s: float, turns: Iterable[Turn]) -> Shares:
    own = [turn for turn in turns if turn.role == role]
    n_interruptions = sum(turn.interrupts for turn in own)
    return Shares(role, talk_s, talk_s / all_s if all_s else 0.0, len(own), n_interruptions)


def _all_turns(roles: Sequence[RoleTalk]) -> list[Turn]:
    turns = list[Turn]()
    for role in roles:
        others = [span for other in roles if other is not role for span in other.stretches]
        turns += [Turn(role.name, span, _interrupts(span, others)) for span in _joined(role.stretches, others)]
    return turns


def _joined(stretches: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Stretches of speech as turns: those with a short pause between them, in which nobody else begins, are one."""
    turns = list[Span]()
    for span in stretches:
        if turns and span.start_s - turns[-1].end_s < MAX_PAUSE_S and not _begins_in(turns[-1], span, others):
            turns[-1] = Span(turns[-1].start_s, span.end_s)
        else:
            turns.append(span)
    return turns


def _begins_in(before: Span, after: Span, others: Iterable[Span]) -> bool:
    return any(before.end_s <= other.start_s < after.start_s for other in others)


def _interrupts(span: Span, others: Iterable[Span]) -> bool:
    return any(
        other.start_s < span.start_s and min(other.end_s, span.end_s) - span.start_s >= MIN_INTERRUPTION_S
        for other in others
    )


def _lengths_s(spans: Iterable[Span]) -> tuple[float, float]:
    """How long anybody speaks, and how long several do at once."""
    edges = sorted((time_s, step) for span in spans for time_s, step in ((span.start_s, 1), (span.end_s, -1)))
    spoken_s, overlap_s, n_speaking, last_s = 0.0, 0.0, 0, 0.0
    for time_s, step in edges:
        spoken_s += (time_s - last_s) * (n_speaking > 0)
        overlap_s += (time_s - last_s) * (n_speaking > 1)
        n_speaking, last_s = n_speaking + step, time_s
    return spoken_s, overlap_s
