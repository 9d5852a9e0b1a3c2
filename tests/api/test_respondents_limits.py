"""Who guesses codes, or opens a link on and on, is told to wait; nobody else is."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from api import create_app
from api.respondents import OPENED_PER_MINUTE, PICTURES_OF_A_LINK, WRONG_CODES_PER_MINUTE
from emoclassify.capture.device_check import GOOD, LOOKING, DeviceChecks
from emoclassify.capture.score_reading import ScoreReader
from emoclassify.jobs.job import DAY_S
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.sittings import CODE_LENGTH, CODE_LETTERS
from tests.support.calling import assert_problem
from tests.support.respondents import CELLS, PIECES, SCREENING, Respondent, collecting, token_of
from tests.support.services import until
from tests.support.serving import Clock

pytestmark = pytest.mark.whole

WRONG = "AAAA-BBBB-CCCC-DDDD"
TRIES = 2 * max(WRONG_CODES_PER_MINUTE, OPENED_PER_MINUTE)


@pytest.fixture
def token(client: FlaskClient, service: Jobs) -> str:
    return token_of(client, collecting(client, service))


def withdraw(client: FlaskClient, code: str, address: str) -> int:
    answer = client.post("/r/-/withdraw", json={"code": code}, environ_overrides={"REMOTE_ADDR": address})
    return answer.status_code


def open_from(client: FlaskClient, token: str, address: str) -> int:
    answer = client.post(f"/r/{token}/sittings", json={}, environ_overrides={"REMOTE_ADDR": address})
    return answer.status_code


def test_a_guesser_is_told_to_wait_and_others_withdraw_at_that_moment(client: FlaskClient, token: str) -> None:
    one, neighbour = (Respondent(client, token).begin() for _ in range(2))
    statuses = [withdraw(client, WRONG, "203.0.113.7") for _ in range(TRIES)]
    assert statuses[:WRONG_CODES_PER_MINUTE] == [404] * WRONG_CODES_PER_MINUTE
    assert statuses[-1] == 429
    assert withdraw(client, WRONG, "198.51.100.9") == 404
    assert withdraw(client, one.code, "198.51.100.9") == 200
    # Behind a proxy everybody has the guesser's address.
    assert withdraw(client, neighbour.code, "203.0.113.7") == 200
    assert withdraw(client, WRONG, "203.0.113.7") == 429


def test_what_a_guesser_is_told(client: FlaskClient) -> None:
    for _ in range(WRONG_CODES_PER_MINUTE):
        client.post("/r/-/withdraw", json={"code": WRONG})
    answer = client.post("/r/-/withdraw", json={"code": WRONG})
    assert_problem(answer, 429, "no consent with this code")
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_no_header_makes_a_guesser_another_visitor(client: FlaskClient) -> None:
    headers = [{"X-Forwarded-For": f"198.51.100.{n}", "X-Real-IP": f"198.51.100.{n}"} for n in range(TRIES)]
    answers = [client.post("/r/-/withdraw", json={"code": WRONG}, headers=one).status_code for one in headers]
    assert answers[-1] == 429


def test_a_house_with_many_addresses_is_one_visitor(client: FlaskClient) -> None:
    statuses = [withdraw(client, WRONG, f"2001:db8:1:2::{n:x}") for n in range(1, TRIES)]
    assert statuses[-1] == 429
    assert withdraw(client, WRONG, "2001:db8:1:3::1") == 404


def test_a_code_cannot_be_guessed() -> None:
    """80 random bits: with a million consents and 10,000 guesses a second, millions of years to the first hit."""
    n_codes = len(set(CODE_LETTERS)) ** CODE_LENGTH
    assert n_codes == 2**80
    assert n_codes / 1e6 / 1e4 / (365.25 * 24 * 3600) > 1e6


def test_who_opens_a_link_on_and_on_takes_no_place_from_others(client: FlaskClient, token: str) -> None:
    statuses = [open_from(client, token, "203.0.113.7") for _ in range(TRIES)]
    assert statuses[-1] == 429
    assert open_from(client, token, "198.51.100.9") == 201


def test_a_link_that_opens_nothing_is_no_matter_of_how_often(client: FlaskClient) -> None:
    """Nothing is remembered of links that are none: there are as many of them as somebody likes."""
    assert {open_from(client, f"none-{n}", "203.0.113.7") for n in range(TRIES)} == {404}


def test_a_link_that_is_opened_on_and_on_does_not_fill_the_database(
    client: FlaskClient, service: Jobs, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emoclassify.jobs.sittings._MOST_BEGUN", 6)
    study_id = collecting(client, service)
    token = token_of(client, study_id, most=3)
    done, watching = (Respondent(client, token, pid=pid).begin() for pid in ("done", "watching"))
    done.send()
    assert done.end().status_code == 200
    for n in range(20):
        clock.now += 1
        assert open_from(client, token, f"203.0.113.{n}") == 201
        watching.send(PIECES[:1])
    sittings = service.sittings.find(study_id)
    assert len(sittings) == 7
    assert {"done", "watching"} <= {one.respondent for one in sittings}
    assert done.withdraw().status_code == watching.withdraw().status_code == 200


def test_who_says_to_have_seen_the_films_and_sends_nothing_keeps_no_place(
    client: FlaskClient, service: Jobs, clock: Clock
) -> None:
    study_id = collecting(client, service)
    token = token_of(client, study_id, most=1)
    idle = Respondent(client, token, pid="idle").begin()
    assert idle.call("POST", "sitting/step", json={"step": "finished"}).status_code == 200
    person = Respondent(client, token, pid="person")
    clock.now += DAY_S - 1
    assert_problem(person.open(), 409, "Enough people")
    clock.now += 1
    person.begin()
    assert Respondent(client, token, pid="idle").open().status_code == 409
    person.call("POST", "sitting/step", json={"reason": "declined"})
    assert Respondent(client, token, pid="idle").open().status_code == 201


def test_a_place_is_free_again_when_its_recording_cannot_be_read_or_its_person_is_deleted(
    client: FlaskClient, service: Jobs
) -> None:
    study_id = collecting(client, service, questions=SCREENING, cells=[CELLS[0]])
    token = token_of(client, study_id, most=1)

    def taken() -> tuple[int, int]:
        """The places of the link, and of the cell."""
        (link,) = client.get(f"/v1/studies/{study_id}/invites").get_json()["invites"]
        (cell,) = client.get(f"/v1/studies/{study_id}/funnel").get_json()["cells"]
        return link["n"], cell["n"]

    def sent(pid: str) -> Respondent:
        person = Respondent(client, token, pid=pid).begin()
        answers = {"sex": "a woman", "age": "18-34"}
        told = person.call("POST", "sitting/screening", json={"answers": answers})
        assert told.get_json() == {"reason": ""}, told.text
        person.send()
        assert person.end().status_code == 200
        assert taken() == (1, 1)
        assert_problem(Respondent(client, token, pid="other").open(), 409, "Enough people")
        return person

    assert taken() == (0, 0)
    junk = sent("junk")
    (sitting,) = service.sittings.find(study_id)
    with service.database.writing() as connection:
        connection.exec_driver_sql("UPDATE jobs SET state = 'failed' WHERE id = ?", (sitting.id,))
    assert taken() == (0, 0)
    assert_problem(Respondent(client, token, pid="junk").open(), 409, "taken part already")
    sent("nobody in it")
    assert client.delete(f"/v1/studies/{study_id}/respondents/nobody in it").status_code == 204
    assert taken() == (0, 0)
    sent("person")
    assert junk.withdraw().status_code == 200  # what came of them can still be taken back


def test_the_pictures_of_one_link_do_not_hold_up_those_of_another(
    service: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go, n_waiting = threading.Event(), Counter[str]()

    def look(self: DeviceChecks, picture: bytes) -> str:
        n_waiting.update([picture.decode()])
        assert may_go.wait(60)
        return GOOD

    monkeypatch.setattr(DeviceChecks, "look", look)
    app = create_app(service)
    study_id = collecting(app.test_client(), service)
    crowd_token, other_token = (token_of(app.test_client(), study_id) for _ in range(2))
    crowd = [Respondent(app.test_client(), crowd_token).begin() for _ in range(6)]
    other = Respondent(app.test_client(), other_token).begin()

    def verdict(person: Respondent, name: str) -> str:
        return str(person.call("POST", "sitting/picture", data=name).get_json()["verdict"])

    with ThreadPoolExecutor(12) as people:
        looks = [people.submit(verdict, person, "crowd") for person in crowd]
        until(lambda: sum(one.done() for one in looks) == len(crowd) - PICTURES_OF_A_LINK)
        alone = people.submit(verdict, other, "other")
        until(lambda: n_waiting["other"] == 1)
        twin = Respondent(app.test_client(), other_token, secret=other.secret)
        assert verdict(twin, "other") == LOOKING
        may_go.set()
    assert alone.result() == GOOD
    assert Counter(one.result() for one in looks) == {GOOD: PICTURES_OF_A_LINK, LOOKING: 4}
    assert verdict(crowd[0], "crowd") == GOOD


def test_who_watches_keeps_nobody_from_the_check_of_a_camera(service: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """One link for all, in a study that keeps no recordings: its readings go on while the next one arrives."""
    may_go, is_reading = threading.Event(), threading.Semaphore(0)

    def read(self: ScoreReader, picture: bytes) -> dict[str, str] | None:
        if picture == b"check":
            return {}
        is_reading.release()
        assert may_go.wait(60)
        return {}

    monkeypatch.setattr(DeviceChecks, "look", lambda self, picture: GOOD)
    monkeypatch.setattr(ScoreReader, "read", read)
    app = create_app(service)
    token = token_of(app.test_client(), collecting(app.test_client(), service, 1, scores_only=True, questions=[]))
    watching = [Respondent(app.test_client(), token).begin() for _ in range(PICTURES_OF_A_LINK)]
    newcomer = Respondent(app.test_client(), token).begin()
    with ThreadPoolExecutor(PICTURES_OF_A_LINK) as people:
        for person in watching:
            people.submit(person.call, "POST", "sitting/reading", data="film")
        assert all(is_reading.acquire(timeout=60) for _ in watching)
        try:
            answer = newcomer.call("POST", "sitting/picture", data="check").get_json()
        finally:
            may_go.set()
    assert answer == {"verdict": GOOD}
