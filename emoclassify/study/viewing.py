"""One respondent seeing one film."""

import hashlib
import json
from dataclasses import dataclass, field

import numpy as np

from emoclassify.analysis import Analysis
from emoclassify.study.clock import Clock
from emoclassify.study.measures import FACING, MEASURES, is_facing, measure_of
from emoclassify.study.stimulus import BIN_S, Stimulus
from emoclassify.timeline import Times

_LEAST_OF_BIN = 0.5  # of a half second; of less a reading is not one of it
_READING_OPTIONS = ("sample_fps", "every", "faces", "min_face", "baseline", "groups")
_BASELINE_S, _LEAST_BASELINE_S = 10.0, 5.0


@dataclass(frozen=True)
class Viewing:
    """What one person showed while a film ran.

    Attributes:
        respondent: who.
        stimulus: the id of the film.
        clock: the film's time in the recording.
        times_s: of the readings, in the recording's time, float64 (k,), increasing.
        lengths_s: how long each stands for, float64 (k,) (`Timeline.lengths_s`).
        values: measure -> float64 (k,), NaN where it could not be read.
        recording: where it was read from.
        place: in the order in which the person saw the films, from 1; None where it is not known.
        reason: why it is left out; empty where it counts.
        sha256: of the recording; empty where it is not known.
        reader_sha256: of the models and options that read it; empty where they are not known.
        wave: a word for when it was seen, such as a date; empty where the table names none.

    Raises:
        ValueError: the shapes do not fit each other.
    """

    respondent: str
    stimulus: str
    clock: Clock
    times_s: Times
    lengths_s: Times
    values: dict[str, Times] = field(repr=False)
    recording: str = ""
    place: int | None = None
    reason: str = ""
    sha256: str = ""
    reader_sha256: str = ""
    wave: str = ""

    def __post_init__(self) -> None:
        if any(len(part) != len(self.times_s) for part in (self.lengths_s, *self.values.values())):
            raise ValueError(f"readings of {self.respondent} on {self.stimulus} have several lengths")

    @classmethod
    def of(
        cls,
        analysis: Analysis,
        respondent: str,
        stimulus: Stimulus,
        clock: Clock,
        *,
        person: int = 1,
        recording: str = "",
        place: int | None = None,
        reason: str = "",
    ) -> "Viewing":
        """That of one person of a recording, with all measures; a moment without a good reading is a gap.

        Args:
            analysis: of the recording; its groups decide what is positive and negative.
            respondent: who the person is.
            stimulus: the film.
            clock: its time in the recording.
            person: number of the person in the recording, from 1.
            recording: its name in the study; the file's own where there is none.
            place: in the order in which the person saw the films, from 1.
            reason: why it is left out; empty where it counts.
        """
        timeline = analysis.timeline(person)
        groups = analysis.options.emotion_groups
        values = {name: measure_of(name, timeline.scores, groups) for name in MEASURES if name != FACING}
        values[FACING] = is_facing(*_turns(analysis, person))
        lengths_s = timeline.lengths_s(analysis.picture_end_s)
        name = recording or analysis.source.name
        return cls(
            *(respondent, stimulus.id, clock, timeline.times_s, lengths_s, values, name, place, reason),
            sha256=analysis.source.sha256,
            reader_sha256=_reader_sha256(analysis),
        )

    @classmethod
    def left_out(cls, respondent: str, stimulus: str, clock: Clock, recording: str, reason: str) -> "Viewing":
        """One of which nothing was read."""
        nothing = np.zeros(0)
        values = dict.fromkeys(MEASURES, nothing)
        return cls(respondent, stimulus, clock, nothing, nothing, values, recording, None, reason)

    @property
    def is_usable(self) -> bool:
        """Whether it counts."""
        return not self.reason

    def on_film(self, measure: str, stimulus: Stimulus) -> Times:
        """The measure in each half second of the film, float64 (t,).

        A half second is the mean of the readings over the time that each stands for in it; NaN where less than half of
        it could be read, the film stood still or was not shown any more.
        """
        film_s, values = self.clock.film_times_s(self.times_s), self.values[measure]
        is_read = ~np.isnan(film_s) & ~np.isnan(values)
        sums, covered_s = np.zeros(stimulus.n_bins), np.zeros(stimulus.n_bins)
        starts_s, ends_s = film_s[is_read], np.minimum((film_s + self.lengths_s)[is_read], stimulus.duration_s)
        bins = (starts_s / BIN_S + 1e-9).astype(np.int64)
        while (is_inside := (bins < stimulus.n_bins) & (bins * BIN_S < ends_s)).any():
            lengths_s = np.minimum(ends_s, (bins + 1) * BIN_S) - np.maximum(starts_s, bins * BIN_S)
            weights = np.where(is_inside, lengths_s, 0.0)
            places = np.minimum(bins, stimulus.n_bins - 1)
            np.add.at(sums, places, weights * values[is_read])
            np.add.at(covered_s, places, weights)
            bins = bins + 1
        edges_s = np.minimum(np.arange(stimulus.n_bins + 1) * BIN_S, stimulus.duration_s)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(covered_s >= _LEAST_OF_BIN * np.diff(edges_s) - 1e-9, sums / covered_s, np.nan)

    def coverage(self, stimulus: Stimulus) -> float:
        """The share of the film's half seconds that could be read, 0..1."""
        measure = next(name for name in self.values if name != FACING)
        return float((~np.isnan(self.on_film(measure, stimulus))).mean())

    def baseline(self, measure: str) -> float:
        """The median of the measure in the 10 s before the film; NaN where less than 5 s of them could be read."""
        values = self.values[measure]
        before_s = self.clock.start_s - self.times_s
        is_read = (before_s > 0) & (before_s <= _BASELINE_S) & ~np.isnan(values)
        return float(np.median(values[is_read])) if self.lengths_s[is_read].sum() >= _LEAST_BASELINE_S else np.nan


def _reader_sha256(analysis: Analysis) -> str:
    """Of the models that read faces, and of the options that decide what is read in them."""
    models = sorted(digest for model in analysis.models if "face" in model.purpose for digest in model.files.values())
    options = {name: getattr(analysis.options, name) for name in _READING_OPTIONS}
    return hashlib.sha256(json.dumps([models, options], sort_keys=True).encode()).hexdigest()


def _turns(analysis: Analysis, person: int) -> tuple[Times, Times]:
    """Yaw and pitch of a person's head at every sampled frame, degrees, float64 (k,); NaN where it is not seen."""
    row_of_frame = {sampled.frame: row for row, sampled in enumerate(analysis.frames)}
    turns = np.full((len(analysis.frames), 2), np.nan)
    for face in analysis.faces:
        if face.person == person:
            turns[row_of_frame[face.frame]] = face.turn.yaw, face.turn.pitch
    return turns[:, 0], turns[:, 1]
