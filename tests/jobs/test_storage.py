"""The contract of a storage: what is put in comes out whole, by the name that it gave, and goes when told to."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from emoclassify.jobs.storage import Storage, new_id
from tests.support.services import s3_client

MB = 1024**2
CONTENT = bytes(range(256)) * 4096 * 9
"""9 MB: more than is sent to S3 at once."""


class StorageContract(ABC):
    """An heir gives, as a fixture, an empty storage that `prepare` was not called on."""

    @abstractmethod
    def storage(self) -> Storage:
        """The fixture."""

    @pytest.fixture
    def ready(self, storage: Storage) -> Storage:
        storage.prepare()
        return storage

    def test_a_place_is_used_only_where_it_was_prepared(self, storage: Storage) -> None:
        with pytest.raises(FileNotFoundError):
            storage.check()
        with pytest.raises(FileNotFoundError):
            storage.create_upload(new_id())
        storage.prepare()
        storage.prepare()
        storage.check()
        assert storage.list_jobs() == set()

    def test_checks_leave_nothing_also_where_one_was_killed(self, ready: Storage) -> None:
        ready.check()
        assert [path.rsplit("/", 1)[-1] for path in ready._fs.ls(ready._root, detail=False)] == ["emoclassify-storage"]
        ready._fs.pipe_file(f"{ready._root}/check-{new_id()}", b"x")
        ready.remove_unfinished(datetime.now(UTC))
        assert [path.rsplit("/", 1)[-1] for path in ready._fs.ls(ready._root, detail=False)] == ["emoclassify-storage"]
        ready.check()

    def test_an_upload_comes_out_as_it_went_in_from_anywhere_in_it(self, ready: Storage, tmp_path: Path) -> None:
        job_id = new_id()
        with ready.create_upload(job_id) as file:
            for start in range(0, len(CONTENT), MB):
                file.write(CONTENT[start : start + MB])
        with ready.open_upload(job_id) as file:
            assert file.read() == CONTENT
            file.seek(8 * MB + 5)
            assert file.read(3) == CONTENT[8 * MB + 5 :][:3]
        folder = tmp_path / "of the worker"
        folder.mkdir()
        with ready.upload_on_disk(job_id, folder) as path:
            assert path.parent == folder
            assert path.read_bytes() == CONTENT
        assert not list(folder.iterdir())
        assert ready.list_uploads() == ready.list_jobs() == {job_id}
        ready.remove_upload(job_id)
        ready.remove_upload(job_id)
        assert ready.list_uploads() == set()
        with pytest.raises(FileNotFoundError):
            ready.open_upload(job_id).read()

    def test_results_are_taken_over_whole_and_under_a_new_name_each_time(self, ready: Storage, tmp_path: Path) -> None:
        job_id = new_id()
        names = []
        for text in ("first", "second"):
            folder = tmp_path / text
            folder.mkdir()
            (folder / "analysis.json").write_text(text)
            (folder / "frames.csv").write_text("frame\n")
            names.append(ready.put_results(job_id, folder))
        assert len(set(names)) == 2
        for name, content in zip(names, (b"first", b"second"), strict=True):
            with ready.open_result(name, "analysis.json") as file:
                assert file.read() == content
        ready.remove_results(names[0])
        with pytest.raises(FileNotFoundError):
            ready.open_result(names[0], "analysis.json").read()
        with ready.open_result(names[1], "frames.csv") as file:
            assert file.read() == b"frame\n"

    def test_a_job_goes_with_everything_and_no_other_does(self, ready: Storage, tmp_path: Path) -> None:
        gone, stays = new_id(), new_id()
        for job_id in (gone, stays):
            with ready.create_upload(job_id) as file:
                file.write(b"x")
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "analysis.json").write_text("{}")
        name = ready.put_results(gone, tmp_path / "out")
        ready.remove_upload(gone)
        assert ready.list_jobs() == {gone, stays}
        ready.remove_job(gone)
        ready.remove_job(gone)
        assert ready.list_jobs() == {stays}
        with pytest.raises(FileNotFoundError):
            ready.open_result(name, "analysis.json").read()

    @pytest.mark.parametrize("job_id", ["", "..", "../" + "0" * 32, "0" * 31, "A" * 32])
    def test_no_name_but_an_id_reaches_it(self, ready: Storage, job_id: str) -> None:
        with pytest.raises(ValueError, match="id"):
            ready.create_upload(job_id)
        with pytest.raises(ValueError, match="id"):
            ready.remove_job(job_id)


class TestFolder(StorageContract):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> Storage:
        return Storage(str(tmp_path / "storage"))


@pytest.mark.slow
class TestS3(StorageContract):
    @pytest.fixture
    def storage(self, s3_bucket: str) -> Storage:
        return Storage(s3_bucket)

    def test_parts_of_a_file_whose_sender_was_killed_go_with_the_job(self, ready: Storage, s3_bucket: str) -> None:
        gone, stays = new_id(), new_id()
        s3 = s3_client()
        bucket = s3_bucket.removeprefix("s3://")
        for key in (f"uploads/{gone}", f"results/{gone}/{new_id()}/annotated.mp4", f"uploads/{stays}"):
            begun = s3.create_multipart_upload(Bucket=bucket, Key=key)
            s3.upload_part(Bucket=bucket, Key=key, PartNumber=1, UploadId=begun["UploadId"], Body=b"a face")

        def keys() -> list[str]:
            return [begun["Key"] for begun in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])]

        assert len(keys()) == 3
        ready.remove_job(gone)
        assert keys() == [f"uploads/{stays}"]
        ready.remove_unfinished(datetime(2000, 1, 1, tzinfo=UTC))
        assert keys() == [f"uploads/{stays}"]
        ready.remove_unfinished(datetime.now(UTC) + timedelta(days=1))
        assert keys() == []
