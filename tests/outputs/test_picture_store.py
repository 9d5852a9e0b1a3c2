"""The stills of a report are pictures that its analysis decoded: they are the same, and more than fits is not held."""

from pathlib import Path
from typing import Any

import pytest

from emoclassify.media.picture_store import MOST_BYTES, Decoded, PictureStore
from emoclassify.media.read import FrameStream, probe
from emoclassify.outputs.folder import store_for, write_results
from emoclassify.settings import Options
from tests.support.reported import filmed
from tests.support.seen import frames as frames_of

REPORT = Options(report="html,docx")


def filled(path: Path, most_bytes: int = MOST_BYTES, **sampling: Any) -> PictureStore:
    """The store after the frames of a recording were looked at."""
    store = PictureStore(most_bytes)
    for _ in FrameStream(path, probe(path), store=store, **sampling):
        pass
    return store


def never(*_: Any, **__: Any) -> Any:
    raise AssertionError("the recording is decoded again")


@pytest.mark.usefixtures("blank_charts")
def test_the_report_is_the_same_without_decoding_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, found = filmed(tmp_path)
    write_results(found, tmp_path / "decoded", REPORT, path)
    monkeypatch.setattr("emoclassify.outputs.report.stills.read_frames", never)
    write_results(found, tmp_path / "stored", REPORT, path, store=filled(path, every=1))
    pages = [(tmp_path / name / "report.html").read_bytes() for name in ("decoded", "stored")]
    assert b"data:image/jpeg" in pages[0]
    assert pages[0] == pages[1]


@pytest.mark.usefixtures("blank_charts")
def test_stills_of_a_recording_that_is_too_long_are_decoded_again(tmp_path: Path) -> None:
    path, found = filmed(tmp_path)
    write_results(found, tmp_path / "decoded", REPORT, path)
    long = filled(path, 10_000, every=1)
    write_results(found, tmp_path / "stored", REPORT, path, store=long)
    pages = [(tmp_path / name / "report.html").read_bytes() for name in ("decoded", "stored")]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("sampling", [{"every": 2}, {"sample_fps": 5.0}], ids=str)
def test_it_holds_what_is_looked_at_and_gives_it_once(tmp_path: Path, sampling: dict[str, Any]) -> None:
    path, _ = filmed(tmp_path)
    store = filled(path, **sampling)
    indices = [frame.index for frame in frames_of(path, **sampling)]
    held = store.take(range(10_000))
    assert [each.index for each in held] == indices != []
    assert store.take(indices) == []
    assert [each.index for each in filled(path, **sampling).take({indices[2], indices[1]})] == indices[1:3]


def test_where_a_header_says_too_little_all_is_forgotten() -> None:
    frame = type("OfHundredBytes", (), {"planes": [type("Plane", (), {"buffer_size": 100})]})
    n_held = []
    for n_pictures in range(5):
        store = PictureStore(most_bytes=250)
        for index in range(n_pictures):
            store.add(Decoded(frame, index, index / 25))
        n_held.append(len(store.take(range(5))))
    assert n_held == [0, 1, 2, 0, 0]


@pytest.mark.parametrize("rate", [0.5, 2.0])
def test_the_header_says_whether_they_fit(tmp_path: Path, rate: float) -> None:
    path, _ = filmed(tmp_path)
    info = probe(path)
    assert info.video is not None
    assert info.duration_s is not None
    a_second = 1.5 * info.video.width_px * info.video.height_px
    store = PictureStore(most_bytes=round(a_second * info.duration_s))
    store.expect(info, rate)
    frame = type("OfNoBytes", (), {"planes": []})
    store.add(Decoded(frame, 0, 0.0))
    assert len(store.take({0})) == (rate < 1)


@pytest.mark.parametrize(
    ("options", "is_held"),
    [
        (Options(), False),
        (Options(report="pdf"), True),
        (Options(report="pdf", anonymize=True), False),
        (Options(report="pdf", annotate=True), False),
    ],
    ids=str,
)
def test_only_what_outputs_need_is_held(options: Options, *, is_held: bool) -> None:
    assert (store_for(options) is not None) == is_held
