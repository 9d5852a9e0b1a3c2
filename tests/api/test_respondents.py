"""The respondent's page by its calls: a link, a consent, a recording in pieces, answers, and all of it taken back."""

import json
import logging
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.sittings import MOST_CHUNK_BYTES
from emoclassify.jobs.job import DAY_S
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.sittings import ACTIVE_S
from emoclassify.jobs.sweeper import Sweeper
from emoclassify.jobs.uploads import FORGET_AFTER_S
from emoclassify.jobs.worker import Worker
from emoclassify.words.texts import LANGUAGES
from tests.support.calling import assert_problem, shown, stored
from tests.support.respondents import PIECES, Respondent, collecting, token_of
from tests.support.serving import Clock, StandIn

pytestmark = pytest.mark.whole


@pytest.fixture
def study_id(client: FlaskClient, service: Jobs) -> str:
    return collecting(client, service)


@pytest.fixture
def token(client: FlaskClient, study_id: str) -> str:
    return token_of(client, study_id)


def funnel(client: FlaskClient, study_id: str) -> Any:
    return client.get(f"/v1/studies/{study_id}/funnel").get_json()


def steps(client: FlaskClient, study_id: str) -> dict[str, int]:
    return {name: n for name, n in funnel(client, study_id)["steps"].items() if n}


def test_from_the_link_to_the_study(
    client: FlaskClient, service: Jobs, worker: Worker, analyzer: StandIn, study_id: str, token: str
) -> None:
    """The recording is whole, a job of the study's owner, and its viewings are in the order of the films."""
    while worker.work_once():
        pass
    person = Respondent(client, token, pid="panel-7").begin()
    for step in ("camera", "face", "finished"):
        assert person.call("POST", "sitting/step", json={"step": step}).status_code == 200
    person.send()
    assert person.end().status_code == 200
    assert person.answer(liking_A="4", recommends="10", why="  It was\nfunny  ").status_code == 200
    viewings = client.get(f"/v1/studies/{study_id}/viewings").get_json()["viewings"]
    assert [row["stimulus"] for row in viewings] == person.films
    assert {(row["respondent"], row["start_s"]) for row in viewings} == {("panel-7", "timecode")}
    (row,) = client.get(f"/v1/studies/{study_id}/participants").get_json()["participants"]
    assert (row["respondent"], row["liking_A"], row["liking_B"]) == ("panel-7", "4", "")
    assert (row["recommends"], row["why"], row["film_order"]) == ("10", "It was funny", " ".join(person.films))
    assert worker.work_once()
    job = shown(client, viewings[0]["recording"])
    assert (job["state"], job["size_bytes"]) == ("completed", len(b"".join(PIECES)))
    assert analyzer.seen[-1][0] == b"".join(PIECES)[:1000]
    assert set(steps(client, study_id).values()) == {1}
    assert funnel(client, study_id)["steps"]["usable"] == 1


def test_a_piece_again_and_the_end_again_change_nothing(client: FlaskClient, study_id: str, token: str) -> None:
    person = Respondent(client, token).begin()
    person.send()
    assert person.put(1, PIECES[1]).status_code == 200
    assert person.call("GET", "sitting").get_json()["next"] == 3
    assert person.end().status_code == person.end().status_code == 200
    assert len(client.get(f"/v1/studies/{study_id}/viewings").get_json()["viewings"]) == 2
    assert_problem(person.put(3, b"more"), 409, "complete already")


def test_pieces_in_any_order_make_one_recording(client: FlaskClient, service: Jobs, token: str) -> None:
    person = Respondent(client, token).begin()
    for number in (2, 0):
        assert person.put(number, PIECES[number]).get_json()["next"] == (0 if number == 2 else 1)
    assert_problem(person.end(), 409, "Chunk 1 is missing")
    assert person.put(1, PIECES[1]).get_json()["next"] == 3
    assert person.end().status_code == 200


def test_hostile_pieces_are_refused_clearly(client: FlaskClient, token: str) -> None:
    person = Respondent(client, token).begin()
    assert_problem(person.put(0, b"MZ" + b"\0" * 500), 415, "first bytes")
    assert_problem(person.put(0, PIECES[0], {"Content-Digest": f"sha-256=:{'A' * 43}=:"}), 422, "checksum is another")
    assert_problem(person.put(10_000, b"x"), 413, "longer than its films")
    assert_problem(person.put(0, b"0" * (MOST_CHUNK_BYTES + 1)), 413, "8192 KB")
    assert person.put(0, PIECES[0]).status_code == 200
    assert_problem(person.put(0, PIECES[0] + b"!"), 409, "is another one")
    assert_problem(person.end([PIECES[1]]), 409, "Chunk 0 is there already, and is another one")
    for content in ({"sums": ["x"]}, {"sums": "x"}, {"witness": [1]}, {"witness": {"ticks": "x"}}):
        assert_problem(person.end(PIECES[:1], **content), 422)
    assert_problem(person.call("POST", "sitting/done", data=b"{}", content_type="text/plain"), 422)
    assert_problem(person.end([]), 409)


def test_a_recording_larger_than_its_films_is_refused(
    client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.sittings._MOST_BYTES_PER_S", 1)
    person = Respondent(client, token).begin()
    assert_problem(person.put(0, PIECES[0] + b"0" * 1000), 413, "longer than its films")


def test_a_token_opens_its_own_study_and_nothing_else(client: FlaskClient, service: Jobs, study_id: str) -> None:
    one, other = (token_of(client, study) for study in (study_id, collecting(client, service, 1)))
    person, stranger = Respondent(client, one).begin(), Respondent(client, other).begin()
    person.send()
    stranger.secret = person.secret
    for method, path in (("GET", "sitting"), ("PUT", "sitting/chunks/0"), ("GET", "sitting/films/0")):
        assert_problem(stranger.call(method, path), 401, "open the link again")
    for wrong in ("x", one[:-1], study_id, "..", "-x"):
        assert_problem(client.get(f"/r/{wrong}/study"), 404, "This link opens nothing")
    assert client.get(f"/r/{one}/sitting").status_code == 401
    assert_problem(person.call("GET", "sitting/films/2"), 404)
    upload_id = service.sittings.find(study_id)[0].id
    assert_problem(client.get(f"/v1/uploads/{upload_id}"), 404)


def test_nothing_is_taken_before_somebody_agreed(client: FlaskClient, token: str) -> None:
    person = Respondent(client, token)
    person.open()
    for method, path in (
        *(("PUT", "sitting/chunks/0"), ("GET", "sitting/films/0"), ("POST", "sitting/picture")),
        *(("POST", "sitting/answers"), ("POST", "sitting/done")),
    ):
        assert_problem(person.call(method, path, data=b""), 403, "Nobody has agreed")
    assert_problem(person.call("POST", "sitting/step", json={"step": "camera"}), 422)
    assert_problem(person.agree(sha256="0" * 64), 409, "changed meanwhile")
    assert_problem(person.agree(lang="xx"), 422, "lang")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_consent_is_kept_with_the_text_that_was_read(
    client: FlaskClient, service: Jobs, study_id: str, token: str, lang: str, clock: Clock
) -> None:
    person = Respondent(client, token)
    person.open()
    told = person.call("GET", f"study?lang={lang}").get_json()
    assert any("A. Person, person@example.org" in sentence for sentence in told["sentences"])
    assert person.agree(lang, microphone=True).status_code == 200
    (sitting,) = service.sittings.find(study_id)
    assert (sitting.consent["sha256"], sitting.consent["lang"]) == (told["consent"]["sha256"], lang)
    assert sitting.consent["at"] == clock.now
    assert sitting.consent["microphone"] is False  # the study does not ask for it
    assert person.code.replace("-", "") not in json.dumps(vars(sitting))


def test_films_are_seen_in_balanced_orders(client: FlaskClient, service: Jobs, token: str) -> None:
    orders = [tuple(Respondent(client, token, pid=str(n)).begin().films) for n in range(8)]
    assert sorted(orders) == [("A", "B")] * 4 + [("B", "A")] * 4


def test_a_code_takes_everything_back(
    client: FlaskClient, service: Jobs, worker: Worker, study_id: str, token: str
) -> None:
    while worker.work_once():
        pass
    before = stored(service)
    people = [Respondent(client, token, pid=pid).begin() for pid in ("stays", "goes", "breaks off")]
    for person in people[:2]:
        person.send()
        person.end()
        person.answer(why="because")
    people[2].send(PIECES[:1])
    while worker.work_once():
        pass
    assert_problem(people[0].withdraw("AAAA-BBBB-CCCC-DDDD"), 404, "no consent with this code")
    assert people[1].withdraw(people[1].code.lower().replace("-", " ")).status_code == 200
    assert people[2].withdraw().status_code == 200
    rows = client.get(f"/v1/studies/{study_id}/viewings").get_json()["viewings"]
    assert {row["respondent"] for row in rows} == {"stays"}
    people_left = client.get(f"/v1/studies/{study_id}/participants").get_json()["participants"]
    assert [row["respondent"] for row in people_left] == ["stays"]
    assert people[0].withdraw().status_code == 200
    assert stored(service) == before
    assert_problem(people[1].withdraw(), 404)
    assert_problem(people[1].call("GET", "sitting"), 401)
    for sitting in service.sittings.find(study_id):
        assert (sitting.respondent, sitting.consent, sitting.answers, sitting.witness) == ("", {}, {}, {})
    assert funnel(client, study_id)["reasons"] == {"uploaded": {"withdrawn": 2}, "consented": {"withdrawn": 1}}


def test_who_is_deleted_by_the_owner_or_with_the_study_leaves_nothing(
    client: FlaskClient, service: Jobs, study_id: str, token: str
) -> None:
    person, other = (Respondent(client, token, pid=pid).begin() for pid in ("one", "other"))
    person.send()
    person.end()
    other.send(PIECES[:2])
    assert client.delete(f"/v1/studies/{study_id}/respondents/one").status_code == 204
    assert_problem(person.call("GET", "sitting"), 401)
    assert client.delete(f"/v1/studies/{study_id}").status_code == 204
    assert stored(service) == ["emoclassify-storage"]
    assert_problem(other.call("GET", "sitting"), 404)
    assert service.sittings.find(study_id) == []


def test_after_the_days_of_the_consent_the_recording_goes(
    client: FlaskClient, service: Jobs, study_id: str, token: str, clock: Clock
) -> None:
    person = Respondent(client, token, pid="one").begin()
    person.send()
    person.end()
    clock.now += 89 * DAY_S
    Sweeper(service).sweep()
    assert client.get(f"/v1/studies/{study_id}/viewings").get_json()["viewings"]
    clock.now += 2 * DAY_S
    Sweeper(service).sweep()
    assert client.get(f"/v1/studies/{study_id}/viewings").get_json()["viewings"] == []
    assert service.uploads.ids_of(study_id) == []
    assert funnel(client, study_id)["reasons"] == {"uploaded": {"expired": 1}}


def test_a_recording_that_never_came_in_whole_is_said_to_be_lost(
    client: FlaskClient, service: Jobs, study_id: str, token: str, clock: Clock
) -> None:
    person = Respondent(client, token, pid="one").begin()
    person.send(PIECES[:2])
    person.call("POST", "sitting/step", json={"step": "finished"})
    clock.now += FORGET_AFTER_S + 1
    Sweeper(service).sweep()
    assert funnel(client, study_id)["reasons"] == {"finished": {"lost": 1}}
    assert_problem(person.end(PIECES[:2]), 409, "Chunk 0 is missing")


def test_links_have_an_end_a_number_of_people_and_a_state(
    client: FlaskClient, study_id: str, clock: Clock, service: Jobs
) -> None:
    own = client.post(f"/v1/studies/{study_id}/invites", json={"respondents": ["r1", "r2"], "days": 1}).get_json()
    tokens = [invite["token"] for invite in own["invites"]]
    assert Respondent(client, tokens[0], pid="another").begin().call("GET", "sitting").get_json()["respondent"] == "r1"
    assert_problem(Respondent(client, tokens[0]).open(), 409, "taken part already")
    pair = token_of(client, study_id, most=1)
    first = Respondent(client, pair, pid="first").begin()
    assert_problem(Respondent(client, pair, pid="second").open(), 409, "Enough people")
    clock.now += ACTIVE_S + 1  # the first has left
    second = Respondent(client, pair, pid="second").begin()
    path = f"/v1/studies/{study_id}/fieldwork"
    settings = client.get(path).get_json()
    client.put(path, json={**settings, "state": "paused"})
    assert_problem(client.get(f"/r/{pair}/study"), 403, "try again later")
    second.send()
    assert second.end().status_code == 200  # who has begun may end
    client.put(path, json={**settings, "state": "open"})
    clock.now += DAY_S
    assert_problem(Respondent(client, tokens[1]).open(), 410, "not valid any more")
    listed = client.get(f"/v1/studies/{study_id}/invites").get_json()["invites"]
    assert not any("token" in invite or "digest" in invite for invite in listed)
    invite_id = next(invite["id"] for invite in listed if invite["most"] == 1 and not invite["respondent"])
    assert client.delete(f"/v1/studies/{study_id}/invites/{invite_id}").status_code == 204
    assert_problem(Respondent(client, pair, pid="third").open(), 410)
    assert first.call("GET", "sitting").status_code == 200
    assert client.delete(f"/v1/studies/{study_id}/invites/{invite_id}").status_code == 404


def test_the_funnel_counts_who_came_how_far_and_why_not_further(
    client: FlaskClient, study_id: str, token: str, clock: Clock
) -> None:
    client.post(f"/v1/studies/{study_id}/invites", json={"respondents": ["never came"]})
    Respondent(client, token, pid="opens").open()
    declines = Respondent(client, token, pid="declines")
    declines.open()
    declines.call("POST", "sitting/step", json={"reason": "declined"})
    blind = Respondent(client, token, pid="no camera").begin()
    blind.call("POST", "sitting/step", json={"reason": "no_camera"})
    leaves = Respondent(client, token, pid="leaves").begin()
    leaves.call("POST", "sitting/step", json={"step": "camera"})
    assert_problem(leaves.call("POST", "sitting/step", json={"step": "uploaded"}), 422)
    assert_problem(leaves.call("POST", "sitting/step", json={"reason": "lost"}), 422)
    clock.now += ACTIVE_S + 1
    assert steps(client, study_id) == {"invited": 5, "opened": 4, "consented": 2, "camera": 1}
    assert funnel(client, study_id)["reasons"] == {
        **{"opened": {"left": 1, "declined": 1}, "consented": {"no_camera": 1}, "camera": {"left": 1}}
    }


def test_answers_that_do_not_fit_are_refused(client: FlaskClient, token: str) -> None:
    person = Respondent(client, token).begin()
    for answers in ({"recommends": "11"}, {"liking_A": "0"}, {"liking_C": "3"}, {"nothing": "1"}, {"why": "x" * 251}):
        assert_problem(person.answer(**answers), 422)
    assert_problem(person.call("POST", "sitting/answers", json={"answers": [1]}), 422)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"films_each": 3}, "films_each: 3 of 2 films"),
        ({"redirects": {"complete": "http://panel.example"}}, "each an https address"),
        ({"redirects": {"elsewhere": "https://panel.example"}}, "each an https address"),
        ({"questions": [{"id": "a b", "kind": "nps"}]}, "begins with a Latin letter"),
        ({"questions": [{"id": "a", "kind": "nps"}, {"id": "a", "kind": "text"}]}, "one column in the tables: a"),
        (
            {"questions": [{"id": "a", "kind": "nps", "each_film": True}, {"id": "a_A", "kind": "text"}]},
            "one column in the tables: a_A",
        ),
        ({"questions": [{"id": "film_order", "kind": "text"}]}, "not called respondent or film_order"),
        ({"questions": [{"id": "a_answered", "kind": "text"}]}, "does not end in _answered"),
        ({"state": "shut"}, "state"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    client: FlaskClient, study_id: str, changes: dict[str, Any], sentence: str
) -> None:
    path = f"/v1/studies/{study_id}/fieldwork"
    assert_problem(client.put(path, json={**client.get(path).get_json(), **changes}), 422, sentence)


def test_a_study_without_films_collects_nothing(client: FlaskClient) -> None:
    plan = {"stimulus": [{"id": "A", "duration_s": 3.0}]}
    study_id = client.post("/v1/studies", json={"title": "Ad", "plan": plan}).get_json()["id"]
    assert_problem(client.get(f"/v1/studies/{study_id}/fieldwork"), 404)
    assert_problem(client.post(f"/v1/studies/{study_id}/invites", json={}), 404)
    content = {"title": "T", "contact": "C"}
    assert_problem(client.put(f"/v1/studies/{study_id}/fieldwork", json=content), 422, "film A")


def test_a_plan_that_is_changed_while_people_watch_takes_nobody_s_recording(client: FlaskClient, study_id: str) -> None:
    path = f"/v1/studies/{study_id}"
    fieldwork = client.get(f"{path}/fieldwork").get_json()
    client.put(f"{path}/fieldwork", json={**fieldwork, "films_each": 2})
    token = token_of(client, study_id)
    person = Respondent(client, token).begin()
    study = client.get(path).get_json()
    plan = {**study["plan"], "stimulus": study["plan"]["stimulus"][:1]}
    assert client.put(path, json={"title": "Ad", "plan": plan}).status_code == 200
    person.send()
    assert person.end().status_code == 200
    (viewing,) = client.get(f"{path}/viewings").get_json()["viewings"]
    assert viewing["stimulus"] == "A"
    assert Respondent(client, token).begin().films == ["A"]


def test_the_page_may_use_the_camera_and_nothing_else(client: FlaskClient, service: Jobs, token: str) -> None:
    answer = client.get(f"/r/{token}")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "camera=(self), microphone=()" in answer.headers["Permissions-Policy"]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    with_microphone = token_of(client, collecting(client, service, 1, microphone=True))
    assert "microphone=(self)" in client.get(f"/r/{with_microphone}").headers["Permissions-Policy"]
    assert client.get("/r/-/main.js").mimetype == "text/javascript"
    for name in ("index.html", "..", "settings.py", "nothing.js"):
        assert client.get(f"/r/-/{name}").status_code == 404
    assert client.get("/r/nothing").data == answer.data  # which asks, and tells in words that the link opens nothing


def test_nothing_of_a_person_is_logged(
    client: FlaskClient, token: str, caplog: pytest.LogCaptureFixture, service: Jobs
) -> None:
    caplog.set_level(logging.DEBUG)
    person = Respondent(client, token, pid="secret-name").begin()
    person.send()
    person.end()
    person.answer(why="secret answer")
    person.withdraw()
    logged = "".join(str(vars(record)) for record in caplog.records)
    logged += "".join(path.read_text() for path in service.settings.audit.glob("*"))
    assert "answered" in logged
    for word in ("secret", token, person.secret, person.code):
        assert word not in logged


def test_refusals_are_told_in_the_respondents_language(client: FlaskClient) -> None:
    content = {"code": "invite_over", "fields": {}}
    english = client.post("/r/-/sentence?lang=en", json=content).get_json()["sentence"]
    russian = client.post("/r/-/sentence?lang=ru", json=content).get_json()["sentence"]
    assert english == "This link is not valid any more."
    assert russian not in (english, None)
    for wrong in ({}, {"code": 3}, {"code": "nothing", "fields": []}):
        assert client.post("/r/-/sentence", json=wrong).get_json()["sentence"] is None
