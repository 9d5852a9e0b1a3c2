"""Recordings join their study as they arrive, also where the page that sent them was loaded anew."""

import io
from collections.abc import Iterator

import pytest

from emoclassify.remote.client import Client
from tests.support.serving import MP4, Served
from webapp.parts.joining import begin_joining, is_joining, join
from webapp.parts.session import Visit
from webapp.parts.texts import texts_in

pytestmark = pytest.mark.process

PLAN = {"stimulus": [{"id": "A", "duration_s": 30.0}, {"id": "B", "duration_s": 30.0}]}


@pytest.fixture
def client(server: Served) -> Iterator[Client]:
    with Client(server.url, key="") as client:
        yield client


def send(client: Client, name: str, token: str) -> str:
    content = io.BytesIO(MP4 + name.encode())
    return str(client.submit(content, name=name, batch=token)["id"])


def test_what_was_sent_joins_for_whoever_looks_next(client: Client) -> None:
    visit = Visit("en", texts_in("en"), client, "")
    study = client.make_study("Ad", PLAN)
    begin_joining(study["id"], "parcel", 3, {"B.mp4": "B"}, "4", visit=visit)
    first = send(client, "anna_A.mp4", "parcel")
    study = join(client.study(study["id"]), visit)
    assert is_joining(study)
    assert [row["recording"] for row in client.viewings(study["id"])] == [first]

    other_visit = Visit("ru", texts_in("ru"), client, "")  # the page was loaded anew: nothing is kept in memory
    second, film = send(client, "boris_B.mp4", "parcel"), send(client, "B.mp4", "parcel")
    study = join(client.study(study["id"]), other_visit)
    rows = {row["recording"]: row for row in client.viewings(study["id"])}
    assert set(rows) == {first, second}
    assert (rows[second]["respondent"], rows[second]["stimulus"], rows[second]["start_s"]) == ("boris", "B", "4")
    assert study["plan"]["stimulus"][1]["file"] == film
    assert not is_joining(study)
    client.set_viewings(study["id"], [rows[first]])
    assert len(client.viewings(join(client.study(study["id"]), visit)["id"])) == 1  # who is taken out stays out


def test_a_film_that_tells_the_time_comes_before_its_recordings(client: Client) -> None:
    visit = Visit("en", texts_in("en"), client, "")
    study = client.make_study("Ad", PLAN)
    begin_joining(study["id"], "parcel", 2, {"A.mp4": "A"}, "sound", visit=visit)
    send(client, "anna_A.mp4", "parcel")
    study = join(client.study(study["id"]), visit)
    assert (study["viewings"], is_joining(study)) == (0, True)
    send(client, "A.mp4", "parcel")
    study = join(study, visit)
    assert (study["viewings"], is_joining(study)) == (1, False)
