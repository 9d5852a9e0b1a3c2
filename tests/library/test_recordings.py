from collections.abc import Iterator
from pathlib import Path

import pytest

from emoclassify.cli import main
from emoclassify.errors import UsageError
from emoclassify.recordings import find_recordings
from tests.support.made import tone, write_sound


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_folder_is_taken_with_its_subfolders_and_the_rest_is_named(tmp_path: Path) -> None:
    touch(
        tmp_path,
        "in/a.mp4",
        "in/wave 1/a.mp4",
        "in/wave 1/b.WAV",
        "in/notes.txt",
        "in/wave 1/table.csv",
        "in/.hidden/c.mp4",
    )
    search = find_recordings([tmp_path / "in"], tmp_path / "out")
    assert [recording.folder.relative_to(tmp_path / "out").as_posix() for recording in search.recordings] == [
        "a.mp4",
        "wave 1/a.mp4",
        "wave 1/b.WAV",
    ]
    assert [item.path.name for item in search.left_out] == ["notes.txt", "table.csv"]  # nothing is said of hidden ones
    assert search.n_missing == 0


def test_results_inside_the_folder_are_no_recordings(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "out/a.mp4/annotated.mp4")
    found = find_recordings([tmp_path], tmp_path / "out").recordings
    assert [recording.path.name for recording in found] == ["a.mp4"]
    assert found[0].path == tmp_path / "a.mp4"


def test_a_file_named_itself_is_always_tried_and_only_once(tmp_path: Path) -> None:
    touch(tmp_path, "in/strange.xyz")
    path = tmp_path / "in" / "strange.xyz"
    search = find_recordings([path, path, tmp_path / "missing.mp4"], tmp_path / "out")
    assert [recording.path for recording in search.recordings] == [path, tmp_path / "missing.mp4"]
    assert search.left_out == []


def test_two_recordings_never_share_a_folder(tmp_path: Path) -> None:
    touch(tmp_path, "x/a.mp4", "y/a.mp4")
    with pytest.raises(UsageError, match=r"x/a\.mp4.*y/a\.mp4.*different --out"):
        find_recordings([tmp_path / "x", tmp_path / "y"], tmp_path / "out")


def test_nothing_to_do_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no recording"):
        find_recordings([tmp_path], tmp_path / "out")


def test_the_folder_of_recordings_is_no_place_for_results(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4")
    with pytest.raises(UsageError, match="folder of its own"):
        find_recordings([tmp_path], tmp_path)
    with pytest.raises(UsageError, match="which is a file"):
        find_recordings([tmp_path / "a.mp4"], tmp_path)


def test_results_of_an_earlier_run_are_no_recordings(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "old/a.mp4/analysis.json", "old/a.mp4/timeline.png")
    search = find_recordings([tmp_path], tmp_path / "new")
    assert [recording.path.name for recording in search.recordings] == ["a.mp4"]
    assert search.left_out == []


def test_first_bytes_of_media_count_more_than_the_ending(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write_sound(tmp_path / "a.wav", tone(0.1), codec="pcm_s16le").rename(tmp_path / "in" / "interview.dat")
    write_sound(tmp_path / "a.wav", tone(0.1), codec="pcm_s16le").rename(tmp_path / "in" / "interview")
    search = find_recordings([tmp_path / "in"], tmp_path / "out")
    assert [recording.path.name for recording in search.recordings] == ["interview", "interview.dat"]


def test_links_that_lead_nowhere_are_named_and_a_recording_among_them_is_missing(tmp_path: Path) -> None:
    touch(tmp_path, "in/a.mp4")
    (tmp_path / "in" / "b.mp4").symlink_to(tmp_path / "gone.mp4")
    (tmp_path / "in" / "notes.txt").symlink_to(tmp_path / "gone.txt")
    search = find_recordings([tmp_path / "in"], tmp_path / "out")
    assert [recording.path.name for recording in search.recordings] == ["a.mp4"]
    assert [line.removeprefix(f"{tmp_path}/in/") for line in search.lines()] == [
        f"b.mp4: left out: a link to {tmp_path}/gone.mp4, which is not there.",
        f"notes.txt: left out: a link to {tmp_path}/gone.txt, which is not there.",
    ]
    assert search.n_missing == 1


def test_a_link_to_a_folder_is_followed_once_and_a_loop_ends(tmp_path: Path) -> None:
    touch(tmp_path, "in/a.mp4", "elsewhere/b.mp4")
    (tmp_path / "in" / "more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in" / "more again").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path / "in")
    search = find_recordings([tmp_path / "in"], tmp_path / "out")
    folders = [recording.folder.relative_to(tmp_path / "out").as_posix() for recording in search.recordings]
    assert folders == ["a.mp4", "more/b.mp4"]
    assert [item.path.relative_to(tmp_path / "in").as_posix() for item in search.left_out] == [
        "more/back",
        "more again",
    ]
    assert search.n_missing == 0


def test_a_folder_that_cannot_be_read_is_named_and_the_others_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "in/a.mp4", "in/closed/b.mp4")
    iterdir = Path.iterdir

    def refuse(folder: Path) -> Iterator[Path]:
        if folder.name == "closed":
            raise PermissionError(13, "Permission denied")
        return iter(list(iterdir(folder)))

    monkeypatch.setattr(Path, "iterdir", refuse)
    search = find_recordings([tmp_path / "in"], tmp_path / "out")
    assert [recording.path.name for recording in search.recordings] == ["a.mp4"]
    assert list(search.lines()) == [f"{tmp_path}/in/closed: left out: the folder cannot be read (Permission denied)."]
    assert search.n_missing == 1


def test_a_missing_recording_is_exit_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.mp4").symlink_to(tmp_path / "gone.mp4")
    assert main(["analyze", str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 1
    assert "a.mp4: left out: a link to" in capsys.readouterr().err
