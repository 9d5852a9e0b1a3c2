"""A study that collects by links, and somebody who takes part by plain calls of the API."""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from emoclassify.analysis import Analysis
from emoclassify.jobs.service import Jobs
from tests.support.calling import posted
from tests.support.findings import PICTURE, with_a_gap
from tests.support.serving import MP4

FILM_S = 30.0
SETTINGS = {
    "title": "Two films",
    "contact": "A. Person, person@example.org",
    "questions": [
        {"id": "liking", "kind": "liking", "each_film": True},
        {"id": "recommends", "kind": "nps"},
        {"id": "why", "kind": "text", "text": "Why?"},
    ],
}
SCREENING: list[dict[str, Any]] = [
    {"id": "sex", "kind": "choice", "text": "You are", "choices": ["a woman", "a man"], "before": True},
    {"id": "age", "kind": "choice", "text": "Your age", "choices": ["18-34", "35+"], "before": True},
    {"id": "recommends", "kind": "nps"},
]
CELLS: list[dict[str, Any]] = [
    {"name": "women 18-34", "most": 1, "answers": {"sex": ["a woman"], "age": ["18-34"]}},
    {"name": "men", "most": 2, "answers": {"sex": ["a man"]}},
]
"""One young woman is wanted, and two men of any age."""
WITNESS: dict[str, Any] = {"ticks": [[0.0, 0.0]], "chirps": [], "films": [], "hidden": []}
PIECES = [MP4 + b"0" * 400, b"1" * 300, b"2" * 500]


def with_picture() -> Analysis:
    """An analysis of a recording with a picture, as a film has one."""
    analysis = with_a_gap()
    return replace(analysis, source=replace(analysis.source, video=PICTURE))


def films_of(client: FlaskClient, service: Jobs, n: int = 2) -> list[dict[str, Any]]:
    """Films of a plan, whose recordings are handed in and have a picture."""
    films = []
    for name in "ABCDE"[:n]:
        job_id = posted(client, name=f"{name}.mp4", content=MP4 + name.encode())
        with service.database.writing() as connection:
            connection.exec_driver_sql("UPDATE jobs SET has_video = 1 WHERE id = ?", (job_id,))
        films.append({"id": name, "duration_s": FILM_S, "file": job_id})
    return films


def collecting(client: FlaskClient, service: Jobs, n_films: int = 2, **changes: Any) -> str:
    """The id of a study that collects by links."""
    plan = {"measures": ["happy"], "stimulus": films_of(client, service, n_films)}
    study_id = str(client.post("/v1/studies", json={"title": "Ad", "plan": plan}).get_json()["id"])
    answer = client.put(f"/v1/studies/{study_id}/fieldwork", json={**SETTINGS, **changes})
    assert answer.status_code == 200, answer.text
    return study_id


def token_of(client: FlaskClient, study_id: str, **content: Any) -> str:
    """That of a new link."""
    answer = client.post(f"/v1/studies/{study_id}/invites", json=content)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["invites"][0]["token"])


def digest(content: bytes) -> dict[str, str]:
    return {"Content-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"}


@dataclass
class Respondent:
    """Somebody with a link."""

    client: FlaskClient
    token: str
    pid: str = ""
    secret: str = ""
    code: str = ""
    films: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, **arguments: Any) -> TestResponse:
        headers = {"X-Sitting": self.secret, **arguments.pop("headers", {})}
        return self.client.open(f"/r/{self.token}/{path}", method=method, headers=headers, **arguments)

    def open(self) -> TestResponse:
        answer = self.call("POST", "sittings", json={"pid": self.pid})
        if answer.status_code == 201:
            self.secret = answer.get_json()["secret"]
        return answer

    def agree(self, lang: str = "en", **changes: Any) -> TestResponse:
        told = self.call("GET", f"study?lang={lang}").get_json()
        answer = self.call("POST", "sitting/consent", json={**told["consent"], "lang": lang, **changes})
        if answer.status_code == 200:
            content = answer.get_json()
            self.code, self.films = content["code"], [film["id"] for film in content["films"]]
        return answer

    def begin(self) -> "Respondent":
        """Opens the page and agrees."""
        assert self.open().status_code == 201
        assert self.agree().status_code == 200
        return self

    def put(self, number: int, content: bytes, headers: dict[str, str] | None = None) -> TestResponse:
        checked = digest(content) if headers is None else headers
        return self.call("PUT", f"sitting/chunks/{number}", data=content, headers=checked)

    def send(self, pieces: list[bytes] = PIECES) -> None:
        for number, piece in enumerate(pieces):
            answer = self.put(number, piece)
            assert answer.status_code == 200, answer.text

    def end(self, pieces: list[bytes] = PIECES, **changes: Any) -> TestResponse:
        sums = [hashlib.sha256(piece).hexdigest() for piece in pieces]
        return self.call("POST", "sitting/done", json={"sums": sums, "witness": WITNESS, **changes})

    def answer(self, **answers: str) -> TestResponse:
        return self.call("POST", "sitting/answers", json={"answers": answers})

    def withdraw(self, code: str = "") -> TestResponse:
        return self.client.post("/r/-/withdraw", json={"code": code or self.code})
