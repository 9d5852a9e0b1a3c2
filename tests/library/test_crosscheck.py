from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from scipy.special import rel_entr

from emoclassify import Options, analyze
from emoclassify.crosscheck import (
    MIN_FACES,
    Weights,
    compare,
    jensen_shannon_distance,
    pool,
    summarize,
    weights_of,
)
from emoclassify.labels import EMOTIONS
from emoclassify.timeline import Timeline
from emoclassify.verdicts import CANNOT_TELL, FEW, VERDICTS
from emoclassify.voice.reading import WORDLESS, VoiceReading
from tests.support.findings import laughter, mostly, times_every, voice
from tests.support.strategies import scores_strategy


def steady_face(emotion: str, n: int, share: float = 0.7) -> Timeline:
    return Timeline(times_every(0.2, n), np.tile(mostly(emotion, share), (n, 1)))


@given(scores_strategy(), scores_strategy())
def test_the_distance_is_the_one_of_scipy(p: np.ndarray, q: np.ndarray) -> None:
    # In double precision and squared: where both are nearly the same, a root would make much of the rounding.
    exact = [scores.astype(np.float64) / scores.sum(dtype=np.float64) for scores in (p, q)]
    divergence_bits = sum(rel_entr(scores, (exact[0] + exact[1]) / 2).sum() for scores in exact) / 2 / np.log(2)
    assert jensen_shannon_distance(p, q) ** 2 == pytest.approx(divergence_bits, abs=1e-9)
    assert jensen_shannon_distance(p, p) == pytest.approx(0, abs=1e-6)


def test_distributions_with_nothing_in_common_are_at_distance_one() -> None:
    pure = np.eye(7, dtype=np.float32)
    assert jensen_shannon_distance(pure[0], pure[1]) == 1.0


@pytest.mark.parametrize(
    ("heard", "face", "verdict"),
    [
        (voice(0, 2, "happy"), steady_face("happy", 10), "agree"),
        (voice(0, 2, "angry"), steady_face("happy", 10), "differ"),
        (voice(0, 2, "happy", share=0.3), steady_face("happy", 10), "cannot tell"),  # the voice model is not sure
        (voice(0, 0.3, "happy"), steady_face("happy", 10), "cannot tell"),  # too little speech
        (voice(0, 2, "happy"), steady_face("happy", MIN_FACES - 1), "cannot tell"),  # too little face
        (voice(5, 7, "happy"), steady_face("happy", 10), "cannot tell"),  # the face was there before
        (voice(0, 2, "happy"), None, "cannot tell"),
    ],
)
def test_verdicts_of_known_cases(heard: VoiceReading, face: Timeline | None, verdict: str) -> None:
    (found,) = compare((heard,), 1 if face else None, face)
    assert found.verdict == verdict
    if verdict != "cannot tell":
        assert found.face_dominant == "happy"
        assert found.person == 1
        assert found.face_coverage == 1.0
    if verdict == "agree":
        assert found.agreement == pytest.approx(1.0, abs=1e-6)


def test_doubtful_readings_do_not_count() -> None:
    face = steady_face("happy", 10)
    scores = face.scores.copy()
    scores[2:] = np.nan
    (found,) = compare((voice(0, 2, "happy"),), 1, Timeline(face.times_s, scores))
    assert found.verdict == "cannot tell"
    assert found.face_scores is None


def test_the_mean_of_a_face_says_what_share_of_the_stretch_it_is_of() -> None:
    face = steady_face("happy", 10)
    scores = face.scores.copy()
    scores[4:9] = np.nan
    (found,) = compare((voice(0, 1.6, "happy"),), 1, Timeline(face.times_s, scores))
    assert found.face_coverage == 4 / 8


def test_only_the_stretch_itself_is_compared() -> None:
    times_s = times_every(0.2, 10)
    scores = np.stack([mostly("sad" if t < 1 else "happy") for t in times_s])
    found = compare((voice(0.0, 1.0, "sad"), voice(1.0, 2.0, "happy")), 1, Timeline(times_s, scores))
    assert [item.verdict for item in found] == ["agree", "agree"]
    assert [item.face_dominant for item in found] == ["sad", "happy"]
    assert set(EMOTIONS) >= {item.voice.dominant for item in found}


@pytest.mark.parametrize(
    ("heard", "face", "n_faces", "reason"),
    [
        (voice(0, 2, "happy"), steady_face("happy", 10), 1, ""),
        (voice(0, 0.4, "happy"), steady_face("happy", 10), 3, "too little speech"),
        (voice(0, 2, "happy"), steady_face("happy", 10), 2, "several people"),
        (voice(5, 7, "happy"), steady_face("happy", 10), 1, "no face"),
        (voice(0, 2, "happy"), steady_face("happy", MIN_FACES - 1), 1, "too few good faces"),
        (voice(0, 2, "happy", share=0.3), steady_face("happy", 10), 1, "voice unsure"),
        (voice(0, 2, "happy"), steady_face("happy", 10, share=0.3), 1, "face unsure"),
        (voice(0, 2, "happy"), None, 0, "no face"),
    ],
)
def test_the_reason_is_kept(heard: VoiceReading, face: Timeline | None, n_faces: int, reason: str) -> None:
    counts = None if face is None else np.full(len(face.times_s), n_faces)
    (found,) = compare((heard,), 1 if face else None, face, n_faces=counts)
    assert (found.reason, found.verdict) == (reason, "cannot tell" if reason else "agree")
    assert (found.joint_scores is None) == (found.face_scores is None or reason == "several people")


@pytest.mark.parametrize("sound", WORDLESS)
@pytest.mark.parametrize("length_s", [0.3, 2.0])
def test_a_laugh_beside_a_smile_is_no_disagreement(sound: str, length_s: float) -> None:
    segments = compare((laughter(0, length_s, sound), voice(3, 5, "fear")), 1, steady_face("happy", 50))
    assert [(segment.verdict, segment.reason) for segment in segments] == [("cannot tell", sound), ("differ", "")]
    assert (segments[0].agreement, segments[0].joint_scores, segments[0].same_sign) == (None, None, None)
    total = summarize(segments)
    assert (total.seconds["differ"], total.joint_s) == (2, 2)
    assert compare((laughter(0, length_s, sound),), None, None)[0].reason == sound


def test_somebody_who_only_passes_by_does_not_matter() -> None:
    n_faces = np.array([1] * 8 + [2] * 2)
    (found,) = compare((voice(0, 2),), 1, steady_face("happy", 10), n_faces=n_faces)
    assert found.verdict == "agree"


@pytest.mark.parametrize(
    ("heard", "seen", "same"),
    [("happy", "happy", True), ("sad", "angry", True), ("happy", "sad", False), ("neutral", "surprise", True)],
)
def test_the_side_in_valence(heard: str, seen: str, same: bool) -> None:
    (found,) = compare((voice(0, 2, heard, share=0.9),), 1, steady_face(seen, 10, share=0.9))
    assert found.same_sign is same


def test_pooling() -> None:
    a, b = mostly("happy"), mostly("sad")
    assert pool(a, b, Weights(1.0, 0.0)) == pytest.approx(a, abs=1e-6)
    assert pool(a, b, Weights(0.0, 1.0)) == pytest.approx(b, abs=1e-6)
    assert pool(a, a, Weights(0.3, 0.7)) == pytest.approx(a, abs=1e-6)
    even = pool(a, b, Weights())
    assert even[EMOTIONS.index("happy")] == pytest.approx(even[EMOTIONS.index("sad")])
    # sqrt(0.7 * 0.05) twice and 0.05 five times, scaled to 1
    assert even[EMOTIONS.index("sad")] == pytest.approx(0.035**0.5 / (2 * 0.035**0.5 + 5 * 0.05), abs=1e-6)
    certain = np.eye(7, dtype=np.float32)
    assert np.isfinite(pool(certain[0], certain[1], Weights())).all()


@given(scores_strategy(), scores_strategy())
def test_pooled_scores_are_scores(p: np.ndarray, q: np.ndarray) -> None:
    joint = pool(p, q, Weights(0.6, 0.4))
    assert joint.sum() == pytest.approx(1, abs=1e-5)
    assert (joint >= 0).all()


def test_a_model_counts_by_what_it_knows() -> None:
    nothing = float(np.log(7))
    assert weights_of(None, 0.5) == weights_of(0.5, None) == Weights(0.5, 0.5, measured=False)
    assert weights_of(0.5, nothing) == Weights(1.0, 0.0, measured=True)
    assert weights_of(0.5, 0.5) == Weights(0.5, 0.5, measured=True)
    found = weights_of(nothing - 1.5, nothing - 0.5)
    assert (found.face, found.voice) == pytest.approx((0.75, 0.25))
    assert weights_of(3.0, 3.0) == Weights()


def talk(rng: np.random.Generator, n: int) -> tuple[tuple[VoiceReading, ...], Timeline]:
    """n stretches of 1 s, each of an emotion drawn at random, in voice and face alike."""
    drawn = rng.choice(EMOTIONS, n)
    stretches = tuple(voice(2.0 * i, 2.0 * i + 1, emotion) for i, emotion in enumerate(drawn))
    times_s = times_every(0.2, 10 * n)
    return stretches, Timeline(times_s, np.stack([mostly(drawn[int(t // 2)]) for t in times_s + 1e-9]))


def test_a_face_of_its_own_agrees_beyond_chance_and_that_of_another_recording_does_not() -> None:
    """At most 5 % of 40, give or take what 40 draws allow: P(more than 5 of 40 at 5 %) = 0.01."""
    rng = np.random.default_rng(0)
    own, others = [], []
    for _ in range(40):
        (voices, face), (_, other) = talk(rng, 60), talk(rng, 60)
        own.append(summarize(compare(voices, 1, face)))
        others.append(summarize(compare(voices, 1, other)))
    assert {summary.share("agree") for summary in own} == {1.0}
    assert all(summary.chance is not None and summary.chance.is_more for summary in own)
    assert {summary.pairs for summary in own + others} == {60}
    assert sum(summary.chance is not None and summary.chance.is_more for summary in others) <= 5


def test_what_cannot_be_told_is_no_number() -> None:
    """None of the speech agrees is another answer than: it cannot be told of any."""
    untold = summarize(compare((voice(0, 0.4), voice(1, 2, share=0.3)), 1, steady_face("happy", 10)))
    assert {verdict: untold.share(verdict) for verdict in VERDICTS} == {
        "agree": None,
        "face shows more": None,
        "voice shows more": None,
        "differ": None,
        "cannot tell": 1.0,
    }
    assert (untold.told, untold.pairs, untold.chance) == (0, 0, None)
    opposite = summarize(compare((voice(0, 2, "sad"),), 1, steady_face("happy", 10)))
    assert (opposite.share("agree"), opposite.share("differ")) == (0.0, 1.0)


def test_surprise_beside_an_emotion_counts_as_a_pair_that_is_not_the_same() -> None:
    """Left out, only pairs that agree would be counted of surprise."""
    face = steady_face("surprise", 200)
    stretches = tuple(voice(i, i + 1, "surprise" if i % 2 else "happy") for i in range(40))
    summary = summarize(compare(stretches, 1, face))
    assert (summary.told, summary.pairs) == (20, 40)
    assert summary.chance is not None
    assert (summary.chance.n_same, summary.chance.is_more) == (20, False)


def test_the_summary_counts_seconds() -> None:
    face = steady_face("happy", 20)
    heard = (voice(0, 1), voice(1, 3, "sad"), voice(3, 3.4), voice(3.4, 4.0, share=0.3))
    found = summarize(compare(heard, 1, face))
    assert found.seconds == pytest.approx(dict.fromkeys(VERDICTS, 0.0) | {"agree": 1, "differ": 2, "cannot tell": 1})
    assert [found.share(verdict) for verdict in VERDICTS] == pytest.approx([0.25, 0, 0, 0.5, 0.25])
    assert (found.told, found.pairs, found.chance) == (2, 2, None)
    assert found.joint_dominant == "happy"
    nothing = summarize(())
    assert (nothing.speech_s, nothing.share("agree"), nothing.joint_scores) == (0, None, None)


@pytest.mark.clips
@pytest.mark.model
@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize(
    ("clip", "verdicts"),
    [
        ("hdtf_talking_head.mp4", {"face shows more"}),  # she smiles, and speaks evenly
        ("grid_brbk7n.mpg", {"agree"}),
        ("grid_pwij3p.mpg", {"voice shows more"}),  # the voice is taken for sad
        ("two_people_720p.mp4", {"cannot tell"}),
        ("torchcodec_nasa_13013.mp4", {"cannot tell"}),  # a voice over pictures without faces
    ],
)
def test_real_people_who_contradict_nothing_are_not_said_to(clips: Path, clip: str, verdicts: set[str]) -> None:
    """Of 14 stretches of speech in these and other clips 8 were "differ" while a neutral side was a contradiction."""
    segments = analyze(clips / clip, options=Options(double_check=True)).segments
    assert {segment.verdict for segment in segments} == verdicts


def test_a_picture_that_comes_no_more_covers_only_what_it_showed() -> None:
    """The camera froze at 1.2 s of 4.8, and the sound went on; the next picture comes at 7.6 s."""
    times_s = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 7.6, 7.8])
    face = Timeline(times_s, steady_face("happy", 8).scores[:1].repeat(8, axis=0))
    (found,) = compare((voice(0.0, 4.8, "sad"),), 1, face)
    assert found.face_coverage == pytest.approx(2.0 / 4.8)  # the last picture counts for a second
    assert (found.verdict, found.reason) == (CANNOT_TELL, FEW)
