"""Whether a recording is usable: by the share of its time in which the main person can be read, and why not.

One rule for all recordings with a picture: the time of each sampled frame is usable where the person asked for is read
well and nothing makes the frame worthless (a picture that stands, a photograph, the faces of a film). The share of that
time decides, by the options `usable_from` and `in_part_from`. Of sound alone, the seconds of speech decide.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import Analysis
from emoclassify.faces.reading import FaceReading, OtherFace
from emoclassify.faces.rigid import is_rigid
from emoclassify.labels import EMOTIONS
from emoclassify.settings import Options
from emoclassify.timeline import Timeline, Times
from emoclassify.usability import REASONS, Reason, Usability, Verdict

NOTABLE_SHARE = 0.05
"""A reason that holds for a smaller share of the time is not told."""

# The limits below are measured by `python -m benchmarks usability`, on recordings named there.

STANDS_CHANGE = 0.05
"""Mean change of the picture's greys from one sampled frame to the next, of 255, up to which the picture stands: a held
picture has at most 0.02 after encoding, a living one 0.1 and more even where it is compressed to a blur."""

STANDS_S = 2.0
"""A picture that stands for a shorter time is a person who sits still, or a short hitch."""

RIGID_MOMENTS = 20
"""A face is called a photograph only where it was measured so often, five times a second at most: between two blinks a
person sits as still."""

UNLIKE = 0.3
"""Another track of faces is surely another person where the grey pictures differ by as much (see
`faces.appearance.picture_distance`); with less, it may be the same one in another light."""

BESIDE_SIDES = 0.5
"""A face beside the main person's counts as a second person from this share of its side on; smaller ones are behind."""

DARK_PICTURE = 20.0
"""Mean brightness of a picture, of 255, below which the dark hides the face: at 30 all faces are found, at 20 three of
four, at 10 one of three."""

FILM_CUTS, FILM_PERSONS = 3, 3
"""A film has at least so many cuts, and between them at least so many persons in turn."""

QUIET_DB = -50.0
"""Level of speech, over the noise of a plain microphone at -60 dB, below which another emotion comes out on top in more
than one of six recordings."""

CLIPPED = 0.03
"""Share of samples at full scale from which speech is called clipped: the same emotion stays on top in 97 % of the
recordings with 3 %, in 83 % with 10 %."""

_OTHER_LIMIT, _BESIDE_LIMIT = 0.05, 0.2
"""From these shares on, another person, or a second one beside the main person, leaves a recording usable in part."""

_BETWEEN_KEY_FRAMES_S = 0.5  # a held picture changes a little at each key frame, if not at each picture
_STALL_STEPS = 3.0  # a frame that stands for so many usual steps and STANDS_S is a stalled picture

Flags = npt.NDArray[np.bool_]
"""bool (n,), one for each sampled frame."""


def usability_of(analysis: Analysis) -> Usability:
    """The verdict on a recording, by the limits in its options."""
    return _of_picture(_Watch(analysis)) if analysis.frames else _of_sound(analysis)


# Recordings with a picture


@dataclass(frozen=True)
class _Watch:
    """What the sampled frames of a recording show."""

    analysis: Analysis

    @cached_property
    def main(self) -> list[FaceReading | None]:
        """In each frame the reading of the first person among those that are read."""
        by_frame = {reading.frame: reading for reading in sorted(self.analysis.faces, key=lambda face: -face.person)}
        return [by_frame.get(sampled.frame) for sampled in self.analysis.frames]

    @cached_property
    def others(self) -> list[list[OtherFace]]:
        """In each frame the faces of persons who were not asked for; photographs on the wall are none."""
        by_frame: dict[int, list[OtherFace]] = {}
        for face in self.analysis.others:
            if face.person and face.person not in self.analysis.pictures:
                by_frame.setdefault(face.frame, []).append(face)
        return [by_frame.get(sampled.frame, []) for sampled in self.analysis.frames]

    @cached_property
    def times_s(self) -> Times:
        return np.array([sampled.time_s for sampled in self.analysis.frames])

    @cached_property
    def lengths_s(self) -> Times:
        """How long each frame stands for; a still picture stands for all of its recording."""
        empty = np.full((len(self.times_s), len(EMOTIONS)), np.nan, np.float32)
        lengths_s = Timeline(self.times_s, empty).lengths_s(self.analysis.picture_end_s)
        return lengths_s if lengths_s.any() else np.ones_like(lengths_s)

    @property
    def last_shown_s(self) -> float:
        """Where the longest pause without a new picture begins: after what the frame before it stands for."""
        ends_s = self.times_s + self.lengths_s
        pauses_s = np.append(self.times_s[1:], self.total_s) - ends_s
        return float(ends_s[int(pauses_s.argmax())])

    @property
    def total_s(self) -> float:
        """The length of the recording, seconds."""
        return max(self.analysis.end_s, float(self.lengths_s.sum()))

    @cached_property
    def stands(self) -> Flags:
        """Where the picture does not change, or where no new one comes."""
        if self.analysis.source.still:
            return np.zeros(len(self.times_s), bool)
        changes = np.array([np.inf if frame.change is None else frame.change for frame in self.analysis.frames])
        stalled = self.lengths_s >= max(STANDS_S, _STALL_STEPS * float(np.median(self.lengths_s)))
        return _long_runs(changes <= STANDS_CHANGE, self.lengths_s) | stalled

    @cached_property
    def is_photograph(self) -> bool:
        """Whether the main person's face moves as a flat thing does."""
        faces = [face for face, stands in zip(self.main, self.stands, strict=True) if face and not stands]
        changes = [face.own_change for face in faces if face.person == 1 and face.own_change is not None]
        return len(changes) >= RIGID_MOMENTS and is_rigid(changes)

    @cached_property
    def is_film(self) -> bool:
        """Whether the picture cuts from person to person."""
        shots = np.cumsum([frame.cut for frame in self.analysis.frames])
        areas: dict[int, dict[int, float]] = {}
        for shot, main, others in zip(shots, self.main, self.others, strict=True):
            faces = [(face.person, face.box_xyxy) for face in others]
            if main is not None:
                faces.append((main.person, main.box_xyxy))
            for person, box_xyxy in faces:
                by_person = areas.setdefault(int(shot), {})
                by_person[person] = by_person.get(person, 0.0) + _side_px(box_xyxy) ** 2
        leaders = {max(by_person, key=lambda person: by_person[person]) for by_person in areas.values()}
        return int(shots[-1]) >= FILM_CUTS and len(leaders) >= FILM_PERSONS


def _of_picture(watch: _Watch) -> Usability:
    analysis, flags = watch.analysis, _flags(watch)
    is_read = np.array([face is not None and face.quality_ok for face in watch.main])
    is_usable = is_read & ~flags["frozen"] & ~flags["photograph"] & ~flags["film"]
    share = float(watch.lengths_s[is_usable].sum()) / watch.total_s
    reasons = _told([_reason(name, flags_of_reason, watch) for name, flags_of_reason in flags.items()])
    return Usability(_verdict(share, reasons, analysis.options), share, reasons)


def _verdict(share: float, reasons: tuple[Reason, ...], options: Options) -> Verdict:
    if share < options.in_part_from:
        return Verdict.NOT_USABLE
    limits = {"other_person": _OTHER_LIMIT, "several_people": _BESIDE_LIMIT}
    is_shared = any(reason.share >= limits.get(reason.name, np.inf) for reason in reasons)
    return Verdict.IN_PART if share < options.usable_from or is_shared else Verdict.USABLE


def _flags(watch: _Watch) -> dict[str, Flags]:
    """Each reason -> the frames in which it holds."""
    n = len(watch.times_s)
    flags = {name: np.zeros(n, bool) for name in REASONS}
    flags["photograph"] = np.array([watch.is_photograph and face is not None for face in watch.main])
    asks_for_one = watch.analysis.options.faces == "largest"
    flags["film"] |= asks_for_one and watch.is_film
    flags["frozen"] = watch.stands
    for i in range(n):
        for name in _names_at(watch, i):
            flags[name][i] = True
    return flags


def _names_at(watch: _Watch, i: int) -> Iterator[str]:
    """The reasons that one frame gives by itself."""
    main, others = watch.main[i], watch.others[i]
    if watch.analysis.frames[i].unread:
        yield "read_late"
    elif main is not None:
        if not main.quality_ok:
            yield main.quality_reason.replace(" ", "_")  # one of `quality.REASONS`
        if any(_side_px(face.box_xyxy) >= BESIDE_SIDES * _side_px(main.box_xyxy) for face in others):
            yield "several_people"
    elif others:
        unlike = max(watch.analysis.unlike[face.person - 2] for face in others)
        yield "other_person" if unlike >= UNLIKE else "perhaps_other_person"
    else:
        brightness = watch.analysis.frames[i].brightness
        yield "dark" if brightness is not None and brightness < DARK_PICTURE else "no_face"


def _reason(name: str, flags: Flags, watch: _Watch) -> Reason:
    length_s = float(watch.lengths_s[flags].sum())
    start_s = float(watch.times_s[flags][0]) if flags.any() else 0.0
    if name == "frozen" and (missing_s := watch.total_s - float(watch.lengths_s.sum())) >= STANDS_S:
        length_s += missing_s  # the sound goes on without a picture, or the camera stopped
        start_s = start_s if flags.any() else watch.last_shown_s
    return Reason(name, length_s / watch.total_s, start_s)


def _told(reasons: list[Reason]) -> tuple[Reason, ...]:
    """Those that are worth telling, the worst first; the longest at least, where anything holds."""
    ranked = sorted(reasons, key=lambda reason: -reason.share)
    notable = [reason for reason in ranked if reason.share >= NOTABLE_SHARE]
    return tuple(notable or [reason for reason in ranked[:1] if reason.share])


def _long_runs(flags: Flags, lengths_s: Times) -> Flags:
    """The runs of True that last STANDS_S and more; one other frame between two that last is a key frame's."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    spans: list[tuple[int, int]] = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if lengths_s[first:last].sum() < _BETWEEN_KEY_FRAMES_S:
            continue
        before = spans.pop() if spans and first - spans[-1][1] == 1 else (first, last)
        spans.append((before[0], last))
    runs = np.zeros(len(flags), bool)
    for first, last in spans:
        runs[first:last] = lengths_s[first:last].sum() >= STANDS_S
    return runs


def _side_px(box_xyxy: tuple[float, float, float, float]) -> float:
    x0, y0, x1, y1 = box_xyxy
    return max(x1 - x0, y1 - y0)


# Sound alone


def _spoken_s(analysis: Analysis) -> float:
    """How long the sides of a call speak whose voices were not read; 0 where it is no call."""
    is_unread = analysis.talk is not None and analysis.voice is None
    return sum(one.talk_s for one in analysis.talk.shares) if analysis.talk and is_unread else 0.0


def _of_sound(analysis: Analysis) -> Usability:
    speech_s = analysis.means.voice.speech_s if analysis.means.voice else _spoken_s(analysis)
    share = speech_s / analysis.end_s if analysis.end_s else 0.0
    level = analysis.voice.level if analysis.voice else None
    reasons = []
    if speech_s < analysis.options.min_speech:
        reasons.append(Reason("little_speech", 1.0 - share))
    if level is not None and level.level_db < QUIET_DB:
        reasons.append(Reason("quiet", 1.0))
    if level is not None and level.clipped >= CLIPPED:
        reasons.append(Reason("clipped", 1.0))
    if speech_s < analysis.options.min_speech:
        return Usability(Verdict.NOT_USABLE, share, tuple(reasons))
    return Usability(Verdict.IN_PART if reasons else Verdict.USABLE, share, tuple(reasons))
