"""What an analysis decoded is not decoded again for its outputs, which are the same; more than fits is not held."""

from pathlib import Path
from typing import Any

import pytest

from emoclassify.media import pictures, read
from emoclassify.media.picture_store import MOST_BYTES, Decoded, PictureStore
from emoclassify.media.read import FrameStream, probe
from emoclassify.outputs.folder import store_for, write_results
from emoclassify.settings import Options
from tests.support.made import even, portrait, write_video
from tests.support.reported import filmed
from tests.support.seen import frames as frames_of

BOTH = Options(report="html", annotate=True)


def filled(path: Path, options: Options, most_bytes: int = MOST_BYTES) -> PictureStore:
    """The store after the frames of a recording were read."""
    store = PictureStore(has_all=options.annotate, most_bytes=most_bytes)
    for _ in FrameStream(path, probe(path), store=store):
        pass
    return store


def never(*_: Any, **__: Any) -> Any:
    raise AssertionError("the recording is decoded again")


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("options", [BOTH, Options(report="html"), Options(annotate=True)], ids=str)
def test_outputs_are_the_same_without_decoding_again(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, found = filmed(tmp_path)
    write_results(found, tmp_path / "decoded", options, path)
    store = filled(path, options)
    monkeypatch.setattr("emoclassify.outputs.report.stills.read_frames", never)
    monkeypatch.setattr(pictures, "decoded_frames", never)
    written = write_results(found, tmp_path / "stored", options, path, store=store)
    assert len(written) > 3
    for file in written:
        assert file.read_bytes() == (tmp_path / "decoded" / file.name).read_bytes(), file.name


@pytest.mark.parametrize("has_all", [True, False])
def test_what_is_looked_at_is_the_same(tmp_path: Path, *, has_all: bool) -> None:
    path, _ = filmed(tmp_path)
    stored = FrameStream(path, probe(path), every=2, store=PictureStore(has_all=has_all))
    frames = [(frame.index, frame.time_s, frame.rgb.tobytes()) for frame in stored]
    assert frames == [(frame.index, frame.time_s, frame.rgb.tobytes()) for frame in frames_of(path, every=2)]


def test_a_recording_that_is_too_long_is_decoded_as_if_there_were_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = filmed(tmp_path)
    samplers: list[object] = []
    decoding = read._pictures

    def noted(*arguments: Any) -> Any:
        samplers.append(arguments[-1])
        return decoding(*arguments)

    monkeypatch.setattr(read, "_pictures", noted)
    long = filled(path, BOTH, most_bytes=10_000)
    assert long.take_all() is None
    assert samplers != [None]  # what is not looked at need not be decoded


def test_where_a_header_says_too_little_all_is_forgotten() -> None:
    frame = type("OfHundredBytes", (), {"planes": [type("Plane", (), {"buffer_size": 100})]})
    n_held = []
    for n_pictures in range(5):
        store = PictureStore(has_all=True, most_bytes=250)
        for index in range(n_pictures):
            store.add(Decoded(frame, index, index / 25))
        store.end()
        n_held.append(len(list(store.take_all() or ())))
    assert n_held == [0, 1, 2, 0, 0]


def test_a_recording_that_was_not_read_to_its_end_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    path, _ = filmed(tmp_path)
    store = PictureStore(has_all=True)
    next(iter(FrameStream(path, probe(path), store=store)))
    assert store.take_all() is None


def test_all_are_given_once_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write_video(path, even([portrait(96, 96)] * 7))
    store = filled(path, BOTH)
    taken = store.take_all()
    assert taken is not None
    assert [each.index for each in taken] == list(range(7))
    assert store.take_all() is None


@pytest.mark.parametrize(
    ("options", "has_all"),
    [(Options(), None), (Options(report="pdf"), False), (Options(annotate=True), True), (BOTH, True)],
    ids=str,
)
def test_only_what_outputs_need_is_held(options: Options, *, has_all: bool | None) -> None:
    store = store_for(options)
    assert (None if store is None else store.has_all) == has_all
    assert store_for(Options(report="pdf", anonymize=True)) is None
