"""Measures the limits of `emoclassify.judging` on real footage, photographs and speech that did not choose them.

Clips are recordings of one person each, photographs pictures of one person each in two folders (neutral and smiling,
the same names in both), voices sound files of speech.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

from emoclassify.analysis import Analysis
from emoclassify.faces.appearance import Look, describe, distances, picture_distance
from emoclassify.faces.persons import SAME_PERSON
from emoclassify.faces.read import FacesRead, read_faces
from emoclassify.faces.rigid import RIGID_CHANGE
from emoclassify.judging import RIGID_MOMENTS, STANDS_CHANGE, UNLIKE
from emoclassify.labels import Scores, valence
from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import Rgb, Sound
from emoclassify.media.read import FrameStream, probe
from emoclassify.media.sound import read_sound
from emoclassify.model_kinds import FACE_DETECTOR, SPEECH_FINDER, VOICE_MODEL
from emoclassify.networks.runtime import Place
from emoclassify.pipeline import analyze
from emoclassify.settings import Options
from emoclassify.speech.silero import RATE_HZ
from emoclassify.voice.read import read_voice

FPS, HELD_S = 25, 8
FRAME_WH = (640, 480)
ENCODINGS = {"libx264": {"crf": "30"}, "mpeg4": {}, "libvpx": {"deadline": "realtime", "b": "500k"}}
SHARES = (0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
NOISE_DB = -60.0
"""Level of the noise that is added to quiet speech: that of a plain microphone in a room."""

LIGHTS = {"half as bright": (0.5, 0.5, 0.5), "a warm lamp": (1.1, 1.0, 0.75), "a cold sky": (0.85, 1.0, 1.15)}
"""Another light on the same face: factors of red, green and blue."""

Photo = Image.Image


class NoExpressions:
    """In place of a model: all scores alike."""

    at_once = 64

    def predict(self, crops: list[Rgb]) -> Scores:
        """n crops -> float32 (n, 7)."""
        return np.full((len(crops), 7), 1 / 7, np.float32)


# The picture that stands, and the photograph


def held_photograph(photo: Photo, hand: float, rng: np.random.Generator, seconds: int = HELD_S) -> Iterator[Rgb]:
    """A photograph held before a camera: it shifts, turns, tilts and grows a little, under changing light and noise.

    Args:
        photo: of a face.
        hand: how unsteady the hand is: 0 on a stand, 1 held still, 2 waved about.
        rng: of the movements.
        seconds: how long, at FPS frames a second.
    """
    (width, height), n = FRAME_WH, seconds * FPS
    scale = 0.8 * height / photo.height
    scene = Image.fromarray(_wall())
    scene.paste(photo.resize((round(photo.width * scale), round(0.8 * height))), (width // 5, height // 10))
    spread = np.array([8.0, 8.0, 0.035, 0.02, 0.03, 0.02]) * hand
    walk = np.zeros((n, 6))
    for i in range(1, n):
        walk[i] = 0.97 * walk[i - 1] + np.sqrt(1 - 0.97**2) * rng.normal(size=6)
    for x, y, turn, growth, tilt, light in walk * spread:
        cosine, sine = np.cos(turn) / (1 + growth), np.sin(turn) / (1 + growth)
        across = cosine * (1 + tilt)
        left = width / 2 * (1 - across) - sine * height / 2 + x
        top = height / 2 * (1 - cosine) + sine * width / 2 + y
        moved = scene.transform(
            FRAME_WH, Image.Transform.AFFINE, (across, sine, left, -sine, cosine, top), Image.Resampling.BILINEAR
        )
        noisy = np.asarray(moved, np.float32) * (1 + light) + rng.normal(0, 2, (height, width, 3))
        yield np.clip(noisy, 0, 255).astype(np.uint8)


def _wall() -> Rgb:
    """A wall that is lit from one side, as walls are; in a flat one each change of light would look like a cut."""
    across, down = np.linspace(40, 180, FRAME_WH[0]), np.linspace(0, 50, FRAME_WH[1])
    return np.repeat((across[None] + down[:, None])[..., None], 3, axis=2).astype(np.uint8)


def write_pictures(path: Path, pictures: Iterable[Rgb], codec: str = "libx264") -> Path:
    """Writes pictures of even size as a video of FPS frames a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=FPS, options=ENCODINGS[codec])
        assert isinstance(stream, av.VideoStream)
        for i, rgb in enumerate(pictures):
            if i == 0:
                stream.width, stream.height, stream.pix_fmt = rgb.shape[1] // 2 * 2, rgb.shape[0] // 2 * 2, "yuv420p"
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb[: stream.height, : stream.width]), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def pictures_of(path: Path) -> list[Rgb]:
    """All pictures of a recording."""
    return [frame.rgb for frame in FrameStream(path, probe(path), every=1)]


def faces_of(path: Path) -> FacesRead:
    """What is measured of the frames and faces of a recording, without expressions."""
    frames = FrameStream(path, probe(path), sample_fps=Options().sample_fps)
    detector = FACE_DETECTOR.open(Options(), Place())
    return read_faces(frames, detector, NoExpressions(), which="largest", min_face=Options().min_face)


def standing(clips: Sequence[Path]) -> Iterator[str]:
    """The change of living pictures and of held ones, in several encodings: the limit lies between."""
    with tempfile.TemporaryDirectory() as folder:
        for path in clips:
            pictures = pictures_of(path)[: 6 * FPS]
            for codec in ENCODINGS:
                film = [*pictures, *[pictures[-1]] * (4 * FPS)]
                faces = faces_of(write_pictures(Path(folder) / "film.mkv", film, codec))
                alive_s = len(pictures) / FPS
                changes = [(frame.time_s, frame.change) for frame in faces.frames if frame.change is not None]
                alive = [change for time_s, change in changes if time_s < alive_s]
                held = [change for time_s, change in changes if time_s > alive_s + 0.2]
                over = np.mean(np.array(held) > STANDS_CHANGE)
                yield (
                    f"{path.name}, {codec}: alive {min(alive):.3f} and more, held {np.median(held):.3f} in the median, "
                    f"{max(held):.3f} at most, {over:.0%} of the frames above {STANDS_CHANGE}"
                )


def photographs(clips: Sequence[Path], folder: Path) -> Iterator[str]:
    """The 95 % quantile of a face's own change: of persons, and of photographs held by several hands."""
    for path in clips:
        yield f"person {path.name}: {_own_change(faces_of(path))}"
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as scratch:
        for i, path in enumerate(sorted((folder / "neutral").glob("*.jpg"))[:12]):
            hand = (0.3, 1.0, 2.0)[i % 3]
            film = write_pictures(Path(scratch) / "held.mkv", held_photograph(_open(path), hand, rng))
            yield f"photograph {path.name}, hand {hand}: {_own_change(faces_of(film))}"


def _own_change(faces: FacesRead) -> str:
    changes = [reading.own_change for reading in faces.readings if reading.own_change is not None]
    if not changes:
        return "not measured"
    high = float(np.quantile(changes, 0.95))
    verdict = "a photograph" if len(changes) >= RIGID_MOMENTS and high < RIGID_CHANGE else "a person"
    return f"{high:.3f} over {len(changes)} moments: {verdict}"


# Persons


def persons(folder: Path) -> Iterator[str]:
    """How often two people, and one person in another mood or light, are told to be the same, another, or perhaps."""
    detector = FACE_DETECTOR.open(Options(), Place())

    def look(photo: Photo, light: Sequence[float] = (1.0, 1.0, 1.0)) -> Look:
        rgb = np.clip(np.asarray(photo) * np.array(light), 0, 255).astype(np.uint8)
        return describe(rgb, detector.detect(rgb, 0.08).points_xy[0])

    photos = {path.name: _open(path) for path in sorted((folder / "neutral").glob("*.jpg"))}
    neutral = {name: look(photo) for name, photo in photos.items()}
    looks = list(neutral.values())
    pairs = [(looks[i], looks[j]) for i in range(len(looks)) for j in range(i)]
    yield f"two people, {len(pairs)} pairs: {_told(pairs)}"
    smiling = {path.name: look(_open(path)) for path in sorted((folder / "smiling").glob("*.jpg"))}
    moods = [(neutral[name], smiling[name]) for name in neutral if name in smiling]
    yield f"one person, neutral and smiling, {len(moods)} pairs: {_told(moods)}"
    for name, light in LIGHTS.items():
        pairs = [(neutral[file], look(photo, light)) for file, photo in photos.items()]
        yield f"one person, {name}, {len(pairs)} pairs: {_told(pairs)}"


def _told(pairs: Sequence[tuple[Look, Look]]) -> str:
    is_other = np.array([distances([a], [b])[0, 0] > SAME_PERSON for a, b in pairs])
    is_unlike = np.array([picture_distance([a], [b]) >= UNLIKE for a, b in pairs])
    same, perhaps, other = (~is_other).mean(), (is_other & ~is_unlike).mean(), (is_other & is_unlike).mean()
    return f"the same person {same:.0%}, perhaps another {perhaps:.0%}, another {other:.0%}"


def _open(path: Path) -> Photo:
    return Image.open(path).convert("RGB")


# Light


def dark(clips: Sequence[Path]) -> Iterator[str]:
    """In how many frames the face is still found in ever darker pictures, with the noise of a camera."""
    detector, rng = FACE_DETECTOR.open(Options(), Place()), np.random.default_rng(0)
    pictures = [frame.rgb for path in clips for frame in FrameStream(path, probe(path), sample_fps=1)]
    for brightness in (60, 30, 20, 15, 10, 7, 5, 3):
        hits = []
        for rgb in pictures:
            dim = rgb * (brightness / max(float(rgb.mean()), 1.0)) + rng.normal(0, 2, rgb.shape)
            hits.append(len(detector.detect(np.clip(dim, 0, 255).astype(np.uint8), 0.08)) > 0)
        yield f"brightness {brightness}: a face in {np.mean(hits):.0%} of {len(hits)} frames"


# How much is enough


def coverage(clips: Sequence[Path]) -> Iterator[str]:
    """How far the mean valence of what is left after a gap lies from that of the whole: 95 % of the gaps stay below."""
    analyses = [analyze(path, Options(faces="all")) for path in clips]
    curves = [_read_valence(analysis, person) for analysis in analyses for person in analysis.persons]
    rng = np.random.default_rng(0)
    viewers = [_viewer(rng) for _ in range(300)]
    for share in SHARES:
        of_clips = [float(np.quantile(_errors(curve, share, rng), 0.95)) for curve in curves]
        of_viewers = np.quantile(np.concatenate([_errors(curve, share, rng) for curve in viewers]), 0.95)
        yield (
            f"{share:.0%} readable: {of_viewers:.3f} in 300 made viewers of 30 s; "
            f"{np.median(of_clips):.3f} in the median of {len(curves)} faces of the clips, {max(of_clips):.3f} at most"
        )


def _read_valence(analysis: Analysis, person: int) -> npt.NDArray[np.float64]:
    scores = analysis.timeline(person).scores
    return valence(scores[~np.isnan(scores[:, 0])]).astype(np.float64)


def _viewer(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """The valence of a viewer in half seconds: an offset, drifting noise, and in every second one a smile of 3 s."""
    curve = np.zeros(60)
    for i in range(1, len(curve)):
        curve[i] = 0.8 * curve[i - 1] + rng.normal() * 0.15 * np.sqrt(1 - 0.8**2)
    curve += rng.normal() * 0.15
    if rng.random() < 0.5:
        start = rng.integers(0, len(curve) - 6)
        curve[start : start + 6] += rng.uniform(0.2, 0.8)
    return np.clip(curve, -1, 1)


def _errors(curve: npt.NDArray[np.float64], share: float, rng: np.random.Generator) -> list[float]:
    gap = round(len(curve) * (1 - share))
    starts = rng.integers(0, len(curve) - gap + 1, 60)
    return [abs(float(np.delete(curve, slice(i, i + gap)).mean() - curve.mean())) for i in starts]


# Speech


def speech(voices: Sequence[Path]) -> Iterator[str]:
    """In how much quiet, and clipped, speech the same emotion stays on top, and in how much speech is still found."""
    samples = [_sound(path) for path in voices]
    rng = np.random.default_rng(0)
    finder, model = SPEECH_FINDER.open(Options(), Place()), VOICE_MODEL.open(Options(), Place())

    def top(sound: npt.NDArray[np.float32]) -> int | None:
        """The emotion on top of all its speech; None where none is found."""
        mean = read_voice([Sound(0.0, sound.astype(np.float32))], finder, model).mean
        return None if mean is None else int(mean.scores.argmax())

    plain = [top(sound) for sound in samples]
    for level_db in (-20, -30, -35, -40, -45, -50, -55):
        tops = [top(_at_level(sound, level_db) + _noise(len(sound), rng)) for sound in samples]
        yield f"speech at {level_db} dB over noise at {NOISE_DB:.0f} dB: {_same(plain, tops)}"
    for clipped in (0.001, 0.003, 0.01, 0.03, 0.1):
        tops = [top(np.clip(sound / np.quantile(np.abs(sound), 1 - clipped), -1, 1)) for sound in samples]
        yield f"{clipped:.1%} of the samples clipped: {_same(plain, tops)}"


def _sound(path: Path) -> npt.NDArray[np.float32]:
    blocks = read_sound(path, probe(path), rate_hz=RATE_HZ, counts=ReadCounts())
    return np.concatenate([block.samples for block in blocks])


def _at_level(sound: npt.NDArray[np.float32], level_db: float) -> npt.NDArray[np.float32]:
    return np.asarray(sound * 10 ** (level_db / 20) / max(float(np.sqrt(np.square(sound).mean())), 1e-9), np.float32)


def _noise(n: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    return _at_level(rng.normal(size=n).astype(np.float32), NOISE_DB)


def _same(plain: Sequence[int | None], tops: Sequence[int | None]) -> str:
    pairs = [(before, after) for before, after in zip(plain, tops, strict=True) if before is not None]
    is_heard = np.mean([after is not None for _, after in pairs])
    is_same = np.mean([before == after for before, after in pairs])
    return f"speech found in {is_heard:.0%} of {len(pairs)}, the same emotion on top in {is_same:.0%}"
