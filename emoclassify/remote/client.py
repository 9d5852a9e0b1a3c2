"""The API's Python client: submit a recording, wait, fetch the results. Needs httpx and nothing else.

with Client("http://127.0.0.1:8000") as client:
    job = client.wait(client.submit("talk.mp4", double_check=True)["id"])
    analysis = client.result(job["id"])
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from emoclassify.job_states import ENDED, JobState
from emoclassify.local_token import token_for
from emoclassify.remote.study_calls import StudyCalls
from emoclassify.remote.upload_calls import CONNECT_S, UploadCalls, form_of, text_of
from emoclassify.remote.upload_calls import Job as Job

OnJob = Callable[[Job], None]
"""Called with the job each time that it is looked at."""

_READ_S = 120.0
_FIRST_LOOK_S, _LONGEST_LOOK_S = 0.2, 2.0
_TRIES, _LONGEST_PAUSE_S = 5, 30.0
_BLOCK_BYTES = 1024**2
_NOT_FOUND = 404
_NOT_DOWNLOADED = ("preview.mp4", "recording")


class ApiError(Exception):
    """The API refused a call, or a job did not complete. The text is the server's sentence."""

    def __init__(
        self,
        message: str,
        status: int | None = None,
        retry_after_s: float | None = None,
        *,
        code: str = "",
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status; None where a job did not complete."""
        self.retry_after_s = retry_after_s
        self.code = code
        """The code of the problem (see "Problems" in the guide); empty where the server gives none."""
        self.fields = dict(fields or {})
        """The values in the sentence, by the names of its fields."""


class ApiAwayError(ApiError):
    """Nothing answers at the address, or the connection broke."""


class Client(UploadCalls, StudyCalls):
    """Calls one server. Close it, or use it in `with`."""

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        key: str | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Nothing is sent yet.

        Args:
            url: address of the server.
            key: the access key; by default EMOCLASSIFY_API_KEY, else for a server on this machine this user's token.
            transport: replaces the network, for tests.
            sleep: replaces waiting, for tests.
        """
        self.url = url.rstrip("/")
        key = (os.environ.get("EMOCLASSIFY_API_KEY") or token_for(self.url)) if key is None else key
        self._sleep = sleep
        # No proxy of the environment is used: it could take the recordings away from this machine.
        self._http = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(_READ_S, connect=CONNECT_S),
            trust_env=False,
            transport=transport,
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def require_answer(self, within_s: float) -> None:
        """Asks whether the server runs.

        Raises:
            ApiAwayError: it does not answer within this time.
        """
        self._call("GET", "/healthz", timeout=within_s)

    def _insist(self, method: str, path: str, **content: Any) -> httpx.Response:
        """Calls again where nothing answers; for calls that change nothing the second time."""
        for number in range(1, _TRIES):
            try:
                return self._call(method, path, **content)
            except ApiAwayError:
                self._sleep(min(2.0**number, _LONGEST_PAUSE_S))
        return self._call(method, path, **content)

    def get(self, job_id: str) -> Job:
        """State and progress of a job."""
        return self._job("GET", f"/v1/jobs/{job_id}")

    def wait(self, job_id: str, on_progress: OnJob = lambda job: None, *, timeout_s: float | None = None) -> Job:
        """Waits for the end of a job.

        Args:
            job_id: of the job.
            on_progress: called with the job each time that it is looked at, also at its end.
            timeout_s: how long to wait.

        Returns:
            The completed job.

        Raises:
            ApiError: it failed or was canceled; the message says why.
            TimeoutError: it has not ended after `timeout_s`.
        """
        until_s = None if timeout_s is None else time.monotonic() + timeout_s
        look_s = _FIRST_LOOK_S
        while True:
            job = self.get(job_id)
            on_progress(job)
            if job["state"] in ENDED:
                break
            if until_s is not None and time.monotonic() >= until_s:
                raise TimeoutError(f"The job is {job['state']} after {timeout_s:g} s.")
            self._sleep(look_s)
            look_s = min(look_s * 1.5, _LONGEST_LOOK_S)
        if job["state"] != JobState.COMPLETED:
            raise failure(job)
        return job

    def result(self, job_id: str) -> dict[str, Any]:
        """The content of analysis.json."""
        content: dict[str, Any] = self._call("GET", f"/v1/jobs/{job_id}/result").json()
        return content

    def overview(self, job_id: str) -> dict[str, Any] | None:
        """The content of overview.json: findings and curves; None where an older version made none."""
        try:
            content: dict[str, Any] = self._call("GET", f"/v1/jobs/{job_id}/artifacts/overview.json").json()
        except ApiError as exc:
            if exc.status == _NOT_FOUND:
                return None
            raise
        return content

    def artifacts(self, job_id: str) -> Sequence[dict[str, Any]]:
        """name and size_bytes of each file of results."""
        files: Sequence[dict[str, Any]] = self._call("GET", f"/v1/jobs/{job_id}/artifacts").json()["artifacts"]
        return files

    def read(self, job_id: str, name: str) -> bytes:
        """The content of one file of results, e.g. timeline.png."""
        return self._call("GET", f"/v1/jobs/{job_id}/artifacts/{name}").content

    def download(
        self, job_id: str, folder: str | os.PathLike[str], names: Sequence[str] | None = None
    ) -> Sequence[Path]:
        """Fetches files into a folder, analysis.json last; each appears under its name only when it is complete.

        Args:
            job_id: of a completed job.
            folder: where they go; created where it is missing.
            names: of the files; by default all results, without preview.mp4 and the recording.
        """
        if names is None:
            names = [str(file["name"]) for file in self.artifacts(job_id) if file["name"] not in _NOT_DOWNLOADED]
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        return [
            self._download(f"/v1/jobs/{job_id}/artifacts/{name}", target / Path(name).name)
            for name in sorted(names, key=lambda name: name == "analysis.json")
        ]

    def download_zip(self, job_id: str, path: str | os.PathLike[str]) -> Path:
        """Fetches all files as one ZIP."""
        return self._download(f"/v1/jobs/{job_id}/artifacts.zip", Path(path))

    def download_archive(self, job_ids: Sequence[str], path: str | os.PathLike[str]) -> Path:
        """Fetches all files of several completed jobs as one ZIP, with a folder for each."""
        return self._download(f"/v1/artifacts.zip?ids={','.join(job_ids)}", Path(path))

    def cancel(self, job_id: str) -> Job:
        """Ends a job."""
        return self._job("POST", f"/v1/jobs/{job_id}/cancel")

    def retry(self, job_id: str) -> Job:
        """Queues a failed or canceled job again."""
        return self._job("POST", f"/v1/jobs/{job_id}/retry")

    def render(self, job_id: str, **fields: Any) -> Job:
        """Has other outputs of a completed job made, without any model; wait for it as after `submit`.

        Args:
            job_id: of the job.
            fields: of the outputs, e.g. report="pdf", annotate=True, lang="ru"; those left out stay as they are.
        """
        return self._job("POST", f"/v1/jobs/{job_id}/render", data=form_of(fields))

    def describe(self, job_id: str, **labels: str) -> Job:
        """Changes name, tag or group of a job."""
        return self._job("PATCH", f"/v1/jobs/{job_id}", data=labels)

    def delete(self, job_id: str) -> None:
        """Removes a job, its upload and its results."""
        self._call("DELETE", f"/v1/jobs/{job_id}")

    def list(self, **filters: Any) -> Iterator[Job]:
        """All jobs that fit the filters; asks for one page after another.

        Args:
            filters: state, tag, group, batch, study, q, sort, limit (a page), and from_ and to (ISO 8601).
        """
        cursor: str | None = ""
        while cursor is not None:
            page = self.page(cursor=cursor, **filters)
            yield from page["jobs"]
            cursor = page["next_cursor"]

    def page(self, **filters: Any) -> dict[str, Any]:
        """One page: `jobs` and `next_cursor`, None on the last; filters as of `list`, and `cursor`."""
        query = _query(filters)
        page: dict[str, Any] = self._call("GET", "/v1/jobs", params=query).json()
        return page

    def stats(self, **filters: Any) -> Sequence[dict[str, Any]]:
        """Shares by day: day, of (face or voice), jobs, positive, neutral, negative.

        Args:
            filters: `tag`, `group`, `from_` and `to` as of `list`.
        """
        query = _query(filters)
        days: Sequence[dict[str, Any]] = self._call("GET", "/v1/stats", params={"by": "day", **query}).json()["days"]
        return days

    def limits(self) -> dict[str, Any]:
        """What the server accepts: max_upload_mb, max_length_s, max_label_length, keep_days, max_keep_days, endings,
        expression_models, languages, voice, refused_fields, not_commercial."""
        limits: dict[str, Any] = self._call("GET", "/v1/limits").json()
        return limits

    def _job(self, method: str, path: str, **content: Any) -> Job:
        job: Job = self._call(method, path, **content).json()
        return job

    def _call(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, self.url + path, **content)
        except (httpx.TransportError, httpx.InvalidURL) as exc:
            raise ApiAwayError(f"Nothing answers at {self.url} ({type(exc).__name__}).") from exc
        if answer.is_success:
            return answer
        raise _refusal(answer)

    def _download(self, path: str, target: Path) -> Path:
        partial_file = target.with_name(target.name + ".partial")
        try:
            with self._http.stream("GET", self.url + path) as answer:
                if not answer.is_success:
                    answer.read()
                    raise _refusal(answer)
                with partial_file.open("wb") as file:
                    for block in answer.iter_bytes(_BLOCK_BYTES):
                        file.write(block)
        except httpx.TransportError as exc:
            partial_file.unlink(missing_ok=True)
            raise ApiAwayError(f"Nothing answers at {self.url} ({type(exc).__name__}).") from exc
        partial_file.replace(target)
        return target


def failure(job: Job) -> ApiError:
    """Why a job that has ended did not complete."""
    problem = job["error"] or {"detail": f"The job was {job['state']}."}
    return ApiError(problem["detail"], code=problem.get("code", ""), fields=problem.get("fields"))


def _refusal(answer: httpx.Response) -> ApiError:
    problem: dict[str, Any] = {"detail": f"HTTP {answer.status_code} {answer.reason_phrase}"}
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        problem = answer.json()
    wait = answer.headers.get("retry-after", "")
    return ApiError(
        str(problem["detail"]),
        answer.status_code,
        float(wait) if wait.isdigit() else None,
        code=problem.get("code", ""),
        fields=problem.get("fields"),
    )


def _query(filters: Mapping[str, Any]) -> dict[str, str]:
    return {name.rstrip("_"): text_of(value) for name, value in filters.items() if value not in (None, "")}
