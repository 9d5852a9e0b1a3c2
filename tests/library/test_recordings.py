from pathlib import Path

import pytest

from emoclassify.errors import UsageError
from emoclassify.recordings import find_recordings


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_folder_is_taken_with_its_subfolders_and_the_rest_is_counted(tmp_path: Path) -> None:
    touch(
        tmp_path,
        "in/a.mp4",
        "in/wave 1/a.mp4",
        "in/wave 1/b.WAV",
        "in/notes.txt",
        "in/wave 1/table.csv",
        "in/.hidden/c.mp4",
    )
    found, skipped = find_recordings([tmp_path / "in"], tmp_path / "out")
    assert [recording.folder.relative_to(tmp_path / "out").as_posix() for recording in found] == [
        "a.mp4",
        "wave 1/a.mp4",
        "wave 1/b.WAV",
    ]
    assert skipped == 3 - 1  # what is hidden is not looked at


def test_results_inside_the_folder_are_no_recordings(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "out/a.mp4/annotated.mp4")
    found, _ = find_recordings([tmp_path], tmp_path / "out")
    assert [recording.path.name for recording in found] == ["a.mp4"]
    assert found[0].path == tmp_path / "a.mp4"


def test_a_file_named_itself_is_always_tried_and_only_once(tmp_path: Path) -> None:
    touch(tmp_path, "in/strange.xyz")
    path = tmp_path / "in" / "strange.xyz"
    found, skipped = find_recordings([path, path, tmp_path / "missing.mp4"], tmp_path / "out")
    assert [recording.path for recording in found] == [path, tmp_path / "missing.mp4"]
    assert skipped == 0


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
    found, skipped = find_recordings([tmp_path], tmp_path / "new")
    assert [recording.path.name for recording in found] == ["a.mp4"]
    assert skipped == 0
