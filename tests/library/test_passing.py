"""Pictures that are not decoded, since nobody looks at them: what is looked at, its times and counts are the same."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from emoclassify.errors import EmoClassifyError
from emoclassify.media.container import ReadCounts, decode_passing, open_container
from emoclassify.media.passing import Passed, Passing
from emoclassify.media.read import FrameStream, decoded_frames, probe
from tests.support.made import even, portrait, write_video

N_FRAMES = 60
SAMPLINGS: tuple[dict[str, Any], ...] = (
    *({"every": every} for every in (2, 3, 7)),
    *({"sample_fps": fps} for fps in (5.0, 1)),
)


def film(path: Path, *, b_frames: int = 3, pyramid: str = "normal", interlaced: bool = False) -> Path:
    """A portrait that moves, with pictures that no other is built on."""
    options = {"bf": str(b_frames), "g": "24", "b-pyramid": pyramid, "b-adapt": "0", "sc_threshold": "0"}
    options |= {"x264-params": "tff=1"} if interlaced else {}
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 160, 128, "yuv420p"
        for i in range(N_FRAMES):
            picture = np.roll(portrait(128, 160), 3 * i, axis=1)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def looked_at(path: Path, sampling: dict[str, Any]) -> tuple[list[tuple[int, float, bytes]], ReadCounts]:
    stream = FrameStream(path, probe(path), **sampling)
    return [(frame.index, frame.time_s, frame.rgb.tobytes()) for frame in stream], stream.counts


def chosen(path: Path, sampling: dict[str, Any]) -> tuple[list[tuple[int, float, bytes]], ReadCounts]:
    """The same, of a film of which every frame is decoded and looked at."""
    every, counts = looked_at(path, {"every": 1})
    if "every" in sampling:
        return every[:: sampling["every"]], counts
    frames, next_at = [], 0
    for frame in every:
        if (at := frame[1] * sampling["sample_fps"] + 1e-6) >= next_at:
            frames.append(frame)
            next_at = int(at) + 1
    return frames, counts


def n_passed(path: Path, every: int) -> int:
    info = probe(path)
    assert info.video is not None
    with open_container(path) as container:
        stream = container.streams[info.video.stream]
        passing = Passing(stream, lambda index, _: index % every == 0, info.origin)
        return sum(isinstance(each, Passed) for each in decode_passing(container, stream, ReadCounts(), passing))


@pytest.mark.parametrize("sampling", SAMPLINGS, ids=str)
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
@pytest.mark.parametrize("pyramid", ["normal", "none"])
def test_what_is_looked_at_is_the_same(tmp_path: Path, ending: str, pyramid: str, sampling: dict[str, Any]) -> None:
    path = film(tmp_path / f"a.{ending}", pyramid=pyramid)
    assert looked_at(path, sampling) == chosen(path, sampling)


def test_of_a_film_with_such_pictures_many_are_not_decoded(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4")
    assert n_passed(path, every=10) > 0.35 * N_FRAMES
    assert n_passed(path, every=1) == 0


def test_uneven_times_are_kept(tmp_path: Path) -> None:
    times_ms = sorted({int(at) for at in np.random.default_rng(0).uniform(0, 4000, 80)})
    path = write_video(tmp_path / "a.mkv", [(at, np.roll(portrait(), at, axis=1)) for at in times_ms])
    for sampling in SAMPLINGS:
        assert looked_at(path, sampling) == chosen(path, sampling)


def test_a_film_that_others_are_all_built_on_is_decoded_whole(tmp_path: Path) -> None:
    assert n_passed(film(tmp_path / "a.mp4", b_frames=0), every=10) == 0
    assert n_passed(write_video(tmp_path / "b.mkv", even([portrait()] * 50), codec="libvpx-vp9"), every=10) == 0


def test_half_pictures_are_all_decoded(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", interlaced=True)
    assert n_passed(path, every=10) == 0
    assert looked_at(path, {"every": 3}) == chosen(path, {"every": 3})


def test_after_damage_every_picture_is_decoded(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4")
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    keys = [packet for packet in packets if packet.is_keyframe]
    content, damaged = bytearray(path.read_bytes()), keys[1]
    assert damaged.pos is not None
    content[damaged.pos + 4 : damaged.pos + damaged.size] = bytes(damaged.size - 4)
    path.write_bytes(content)
    counts = ReadCounts()
    whole = [time_s for _, time_s in decoded_frames(path, probe(path), counts)]
    frames, counts_of_few = looked_at(path, {"every": 2})
    assert counts_of_few.corrupt >= 1
    assert counts_of_few.decoded == counts.decoded == len(whole) < N_FRAMES
    assert [time_s for _, time_s, _ in frames] == whole[::2]


@pytest.mark.clips
@pytest.mark.slow
def test_real_clips_give_the_same_frames(clips: Path) -> None:
    for path in sorted(clips.glob("*.*")):
        try:
            info = probe(path) if path.suffix in (".mp4", ".mov", ".webm", ".mkv") else None
        except EmoClassifyError:
            continue
        if info is not None and info.video is not None:
            for sampling in ({"every": 3}, {"sample_fps": 5.0}):
                assert looked_at(path, sampling) == chosen(path, sampling), path.name
