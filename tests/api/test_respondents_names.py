"""Whoever has a link of a panel gives any name: nobody else's recordings, viewings or answers go by it."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from emoclassify.jobs.job import DAY_S
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.sweeper import Sweeper
from tests.support.calling import assert_problem, posted, shown
from tests.support.respondents import Respondent, collecting, token_of
from tests.support.serving import Clock

pytestmark = pytest.mark.whole

LAB = {"stimulus": "A", "respondent": "R1", "start_s": "0", "person": "1"}


@pytest.fixture
def study_id(client: FlaskClient, service: Jobs) -> str:
    return collecting(client, service)


@pytest.fixture
def stranger(client: FlaskClient, study_id: str) -> Respondent:
    """Somebody with the link, who says to be R1."""
    return Respondent(client, token_of(client, study_id), pid="R1")


def from_the_lab(client: FlaskClient, study_id: str) -> str:
    """The id of the recording of R1, whom the study's owner has recorded."""
    job_id = posted(client, name="R1.mp4", content=b"\x00\x00\x00\x18ftypisom R1")
    rows = [{**LAB, "recording": job_id}]
    assert client.put(f"/v1/studies/{study_id}/viewings", json={"viewings": rows}).status_code == 200
    people = [{"respondent": "R1", "age": "41"}]
    assert client.put(f"/v1/studies/{study_id}/participants", json={"participants": people}).status_code == 200
    return job_id


def assert_untouched(client: FlaskClient, study_id: str, job_id: str) -> None:
    assert shown(client, job_id)["id"] == job_id
    rows = client.get(f"/v1/studies/{study_id}/viewings").get_json()["viewings"]
    assert job_id in {row["recording"] for row in rows if row["respondent"] == "R1"}


def age_of_r1(client: FlaskClient, study_id: str) -> str:
    (person,) = client.get(f"/v1/studies/{study_id}/participants").get_json()["participants"]
    return str(person.get("age", ""))


def test_who_is_in_the_study_already_is_nobody_s_name(client: FlaskClient, study_id: str, stranger: Respondent) -> None:
    job_id = from_the_lab(client, study_id)
    assert_problem(stranger.open(), 409, "taken part already")
    assert_untouched(client, study_id, job_id)
    assert age_of_r1(client, study_id) == "41"


def test_a_link_of_one_s_own_is_for_who_is_in_the_study_too(client: FlaskClient, study_id: str) -> None:
    job_id = from_the_lab(client, study_id)
    person = Respondent(client, token_of(client, study_id, respondents=["R1"])).begin()
    person.send()
    assert person.end().status_code == 200
    assert_untouched(client, study_id, job_id)
    assert person.withdraw().status_code == 200
    assert_untouched(client, study_id, job_id)


@pytest.mark.parametrize("sends", [True, False])
def test_a_code_deletes_what_came_by_its_page_alone(
    client: FlaskClient, study_id: str, stranger: Respondent, *, sends: bool
) -> None:
    stranger.begin()
    job_id = from_the_lab(client, study_id)
    if sends:
        stranger.send()
        assert stranger.end().status_code == 200
        assert stranger.answer(why="no reason").status_code == 200
    assert_untouched(client, study_id, job_id)
    assert stranger.withdraw().status_code == 200
    assert_untouched(client, study_id, job_id)
    (row,) = client.get(f"/v1/studies/{study_id}/viewings").get_json()["viewings"]
    assert row["recording"] == job_id
    (person,) = client.get(f"/v1/studies/{study_id}/participants").get_json()["participants"]
    assert {name: cell for name, cell in person.items() if cell} == {"respondent": "R1", "age": "41"}


def test_who_only_opened_the_page_takes_nobody_along_when_their_time_is_over(
    client: FlaskClient, service: Jobs, clock: Clock, study_id: str, stranger: Respondent
) -> None:
    assert stranger.open().status_code == 201
    job_id = from_the_lab(client, study_id)
    with service.database.writing() as connection:  # of those whom the owner keeps for longer
        connection.exec_driver_sql("UPDATE jobs SET expires_at = 4e9 WHERE id = ?", (job_id,))
    clock.now += 31 * DAY_S
    Sweeper(service, "test").sweep()
    assert [sitting.respondent for sitting in service.sittings.find(study_id)] == [""]
    assert_untouched(client, study_id, job_id)
    assert age_of_r1(client, study_id) == "41"


def test_what_came_by_the_page_goes_with_the_code_also_where_the_study_has_it_no_more(
    client: FlaskClient, study_id: str, stranger: Respondent
) -> None:
    stranger.begin()
    stranger.send()
    assert stranger.end().status_code == 200
    (row, _) = client.get(f"/v1/studies/{study_id}/viewings").get_json()["viewings"]
    assert client.put(f"/v1/studies/{study_id}/viewings", json={"viewings": []}).status_code == 200
    assert stranger.withdraw().status_code == 200
    assert client.get(f"/v1/jobs/{row['recording']}").status_code == 404
    assert client.get(f"/v1/studies/{study_id}/participants").get_json()["participants"] == []


def listed(client: FlaskClient, study_id: str) -> None:
    """R1 is in the list of the study's owner, and has not been seen yet."""
    people = [{"respondent": "R1", "age": "41"}]
    assert client.put(f"/v1/studies/{study_id}/participants", json={"participants": people}).status_code == 200


def test_who_is_listed_takes_part_by_a_link_for_anybody_with_their_name(
    client: FlaskClient, study_id: str, stranger: Respondent
) -> None:
    """One link for all, with `?pid=R1` for each: the choice of the study's owner, who reads what it means."""
    listed(client, study_id)
    stranger.begin()
    stranger.send()
    assert stranger.end().status_code == 200
    assert age_of_r1(client, study_id) == "41"
    again = Respondent(client, token_of(client, study_id), pid="R1")
    assert_problem(again.open(), 409, "taken part already")
    assert stranger.withdraw().status_code == 200
    assert client.get(f"/v1/studies/{study_id}/viewings").get_json()["viewings"] == []
    (person,) = client.get(f"/v1/studies/{study_id}/participants").get_json()["participants"]
    assert {name: cell for name, cell in person.items() if cell} == {"respondent": "R1", "age": "41"}


def test_the_name_of_who_has_a_link_of_their_own_is_nobody_else_s(
    client: FlaskClient, study_id: str, stranger: Respondent
) -> None:
    listed(client, study_id)
    own = Respondent(client, token_of(client, study_id, respondents=["R1"]))
    for name in ("R1", " R1", "R1 ", "\u2003R1\u2003", "\u00a0R1"):
        stranger.pid = name
        assert_problem(stranger.open(), 409, "a link of your own")
    own.begin()
    own.send()
    assert own.end().status_code == 200


@pytest.mark.parametrize("is_closed", [True, False])
def test_a_name_is_free_again_when_its_own_link_is_over(
    client: FlaskClient, study_id: str, clock: Clock, stranger: Respondent, *, is_closed: bool
) -> None:
    content = {"respondents": ["R1"], "days": 1}
    (link,) = client.post(f"/v1/studies/{study_id}/invites", json=content).get_json()["invites"]
    assert stranger.open().status_code == 409
    if is_closed:
        client.delete(f"/v1/studies/{study_id}/invites/{link['id']}")
    else:
        clock.now += 2 * DAY_S
    assert stranger.open().status_code == 201


@pytest.mark.parametrize("name", [" R1", "R1 ", "\tR1", "\u2003R1", "\u00a0R1 "])
def test_spaces_around_a_name_make_no_other_person(
    client: FlaskClient, study_id: str, stranger: Respondent, name: str
) -> None:
    """The tables of a study are read without them: the results would take both for one."""
    from_the_lab(client, study_id)
    stranger.pid = name
    assert_problem(stranger.open(), 409, "taken part already")


@pytest.mark.parametrize("name", ["R\u200b1", "R1\u202e", "a\tb", "a\nb", "x" * 65, 7, ["R1"]])
def test_what_no_table_holds_is_no_name(client: FlaskClient, stranger: Respondent, name: str) -> None:
    stranger.pid = name
    assert_problem(stranger.open(), 422, "no name of a person")


def test_a_table_as_json_is_read_as_the_same_table_as_csv(client: FlaskClient, study_id: str) -> None:
    people = [{"respondent": " R1 ", " age": " 41"}]
    assert client.put(f"/v1/studies/{study_id}/participants", json={"participants": people}).status_code == 200
    assert age_of_r1(client, study_id) == "41"


def test_spaces_around_a_name_of_a_link_are_none_of_it(client: FlaskClient, study_id: str) -> None:
    def made(*names: str) -> TestResponse:
        return client.post(f"/v1/studies/{study_id}/invites", json={"respondents": names})

    assert [link["respondent"] for link in made(" R1", "R1 ").get_json()["invites"]] == ["R1"]
    assert made("\u2003").status_code == 422  # and no link for anybody


def test_an_answer_leaves_what_is_listed_of_its_person_in_a_column_of_its_name(
    client: FlaskClient, study_id: str
) -> None:
    listed_cells = {"respondent": "R1", "recommends": "a colleague", "why": ""}
    path = f"/v1/studies/{study_id}/participants"
    assert client.put(path, json={"participants": [listed_cells]}).status_code == 200
    person = Respondent(client, token_of(client, study_id, respondents=["R1"])).begin()
    person.send()
    assert person.end().status_code == 200
    for n in (7, 3):  # and changed
        assert person.answer(recommends=str(n), why="funny").status_code == 200
        (row,) = client.get(path).get_json()["participants"]
        assert (row["recommends"], row["recommends_answered"], row["why"]) == ("a colleague", str(n), "funny")
    assert person.withdraw().status_code == 200
    (row,) = client.get(path).get_json()["participants"]
    assert {name: cell for name, cell in row.items() if cell} == {"respondent": "R1", "recommends": "a colleague"}
