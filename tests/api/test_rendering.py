"""Outputs that are made later of a completed job, and what a job is called and found by."""

import io
import zipfile
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.results import LEFT_OUT
from emoclassify.analysis import Analysis
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.worker import Worker
from emoclassify.media.nouns import VideoInfo
from emoclassify.settings import Options
from tests.support.calling import MISSING, assert_problem, done, post, posted, shown, stored
from tests.support.findings import with_a_gap
from tests.support.serving import BROKEN, MP4, Clock, StandIn

pytestmark = pytest.mark.whole


@pytest.fixture
def analyzer() -> StandIn:
    return StandIn(with_a_gap())


def render(client: FlaskClient, job_id: str, **fields: str) -> TestResponse:
    return client.post(f"/v1/jobs/{job_id}/render", data=fields)


def with_picture() -> Analysis:
    video = VideoInfo(0, "h264", 640, 360, 0, False, 1.0, 25.0, 0.0)
    made = with_a_gap()
    return replace(made, source=replace(made.source, video=video))


def names(client: FlaskClient, job_id: str) -> set[str]:
    return {file["name"] for file in client.get(f"/v1/jobs/{job_id}/artifacts").get_json()["artifacts"]}


def read(client: FlaskClient, job_id: str, name: str) -> bytes:
    answer = client.get(f"/v1/jobs/{job_id}/artifacts/{name}")
    assert answer.status_code == 200
    return bytes(answer.data)


def test_a_report_is_made_later_without_another_analysis(
    client: FlaskClient, worker: Worker, analyzer: StandIn, clock: Clock
) -> None:
    job_id = done(client, worker)
    before = shown(client, job_id)
    clock.now += 60
    answer = render(client, job_id, report="html")
    assert (answer.status_code, answer.get_json()["state"], answer.get_json()["rendering"]) == (202, "queued", True)
    assert client.get(f"/v1/jobs/{job_id}/result").status_code == 200  # what is there stays there meanwhile
    assert {"analysis.json", "recording"} <= names(client, job_id)
    assert worker.work_once()
    after = shown(client, job_id)
    assert (after["state"], after["rendering"], after["options"]["report"]) == ("completed", False, "html")
    assert (after["expires_at"], after["created_at"]) == (before["expires_at"], before["created_at"])
    assert {"report.html", "overview.json", "frames.csv"} <= names(client, job_id)
    assert b"talk.mp4" in read(client, job_id, "report.html")
    assert len(analyzer.seen) == 1
    assert client.get(f"/v1/jobs/{job_id}/result").get_json()["options"]["report"] == "html"
    assert (after["summary"] or {}).get("shares") == (before["summary"] or {}).get("shares")


def test_asking_twice_makes_one_and_another_one_waits(client: FlaskClient, worker: Worker) -> None:
    job_id = done(client, worker)
    assert render(client, job_id, report="html").status_code == 202
    assert render(client, job_id, report="html").status_code == 202
    assert_problem(render(client, job_id, report="pdf"), 409, "being made")
    assert worker.work_once()
    assert not worker.work_once()
    assert render(client, job_id, report="html").status_code == 200  # it is there
    assert not worker.work_once()


def test_what_is_the_same_is_taken_over_and_what_is_no_longer_wanted_goes(
    client: FlaskClient, worker: Worker, service: Jobs
) -> None:
    job_id = done(client, worker)
    render(client, job_id, report="html", xlsx="true")
    worker.work_once()
    html = read(client, job_id, "report.html")
    n_files = len(stored(service))
    render(client, job_id, make_graph="true")
    worker.work_once()
    assert read(client, job_id, "report.html") == html
    assert {"report.html", "report.xlsx", "timeline.png"} <= names(client, job_id)
    charts = [name for name in names(client, job_id) if name.endswith((".png", ".svg"))]
    assert len(stored(service)) == n_files + len(charts)  # of the folders before nothing is left
    render(client, job_id, xlsx="false", lang="ru")
    worker.work_once()
    assert "report.xlsx" not in names(client, job_id)
    assert "Позитив" in read(client, job_id, "report.html").decode()
    assert "Позитив" not in html.decode()


def test_it_is_refused_with_a_reason(client: FlaskClient, worker: Worker) -> None:
    waiting_id = posted(client)
    assert_problem(render(client, waiting_id, report="html"), 409, "queued")
    worker.work_once()
    failed_id = done(client, worker, content=BROKEN)
    assert_problem(render(client, failed_id, report="html"), 409, "failed")
    assert_problem(render(client, waiting_id, sample_fps="2"), 422, "sample_fps")  # that would take the models
    assert_problem(render(client, waiting_id, report="exe"), 422, "report")
    assert_problem(render(client, waiting_id, anonymize="true"), 422, "anonymize")
    assert_problem(render(client, MISSING, report="html"), 404)


def test_no_video_is_made_of_a_recording_that_is_gone(client: FlaskClient, worker: Worker, analyzer: StandIn) -> None:
    analyzer._analysis = with_picture()
    job_id = done(client, worker, keep_days="0")
    assert_problem(render(client, job_id, annotate="true"), 409, "not kept")
    assert render(client, job_id, report="html").status_code == 202
    assert worker.work_once()
    assert "report.html" in names(client, job_id)


def test_a_failure_leaves_the_job_as_it_was_and_says_why(client: FlaskClient, worker: Worker, service: Jobs) -> None:
    job_id = done(client, worker)
    files = names(client, job_id)
    service.storage.remove_upload(job_id)
    render(client, job_id, report="html")
    assert worker.work_once()
    job = shown(client, job_id)
    assert (job["state"], job["options"]["report"], job["rendering"]) == ("completed", "", False)
    assert job["error"]["code"] == "upload_gone"
    assert names(client, job_id) == files
    assert client.get(f"/v1/jobs/{job_id}/result").status_code == 200


def test_it_can_be_canceled(client: FlaskClient, worker: Worker) -> None:
    job_id = done(client, worker)
    render(client, job_id, report="html")
    job = client.post(f"/v1/jobs/{job_id}/cancel").get_json()
    assert (job["state"], job["options"]["report"], job["progress"]["fraction"]) == ("completed", "", 1.0)
    assert not worker.work_once()


def test_a_worker_that_dies_again_and_again_ends_with_the_old_results(
    client: FlaskClient, worker: Worker, service: Jobs, clock: Clock
) -> None:
    job_id = done(client, worker)
    render(client, job_id, report="html")
    for _ in range(service.settings.max_tries):
        assert service.leases.claim(job_id, "dead") is not None
        clock.now += 2 * service.settings.lease_s
    assert worker.work_once()
    job = shown(client, job_id)
    assert (job["state"], job["error"]["code"]) == ("completed", "died_too_often")
    assert client.get(f"/v1/jobs/{job_id}/result").status_code == 200


def test_it_is_deleted_while_it_waits(client: FlaskClient, worker: Worker, service: Jobs) -> None:
    job_id = done(client, worker)
    render(client, job_id, report="html")
    assert client.delete(f"/v1/jobs/{job_id}").status_code == 204
    assert not worker.work_once()
    assert stored(service) == ["emoclassify-storage"]


def test_name_tag_and_group_can_be_changed(client: FlaskClient, worker: Worker) -> None:
    job_id = done(client, worker, tag="spring")
    answer = client.patch(f"/v1/jobs/{job_id}", data={"name": "Ролик 7.mp4", "group": "Волна 2"})
    job = answer.get_json()
    assert (answer.status_code, job["name"], job["tag"], job["group"]) == (200, "Ролик 7.mp4", "spring", "Волна 2")
    assert client.patch(f"/v1/jobs/{job_id}", data={"tag": ""}).get_json()["tag"] == ""
    assert_problem(client.patch(f"/v1/jobs/{job_id}", data={"name": ""}), 422, "name")
    assert_problem(client.patch(f"/v1/jobs/{job_id}", data={"name": "a/b"}), 422, "name")
    assert_problem(client.patch(f"/v1/jobs/{job_id}", data={"owner": "me"}), 422, "owner")
    assert_problem(client.patch(f"/v1/jobs/{MISSING}", data={"tag": "x"}), 404)
    render(client, job_id, report="html")
    worker.work_once()
    assert "Ролик 7.mp4" in read(client, job_id, "report.html").decode()


def test_a_search_finds_parts_of_words_in_name_tag_and_group(client: FlaskClient) -> None:
    first = posted(client, name="Весенний ролик.mp4", tag="Шоколад", group="wave 1")
    second = posted(client, name="Autumn ad.mp4", tag="шоколад")

    def search(q: str) -> set[str]:
        return {job["id"] for job in client.get("/v1/jobs", query_string={"q": q}).get_json()["jobs"]}

    assert search("ШОКО") == {first, second}
    assert search("шоко весен") == search("wave РОЛИК") == {first}
    assert search("autumn wave") == set()
    client.patch(f"/v1/jobs/{second}", data={"group": "wave 1"})
    assert search("autumn wave") == {second}


def test_what_was_handed_in_together_is_counted_together(client: FlaskClient, worker: Worker) -> None:
    done(client, worker, batch="b1")
    posted(client, batch="b1")
    posted(client)
    jobs = client.get("/v1/jobs", query_string={"batch": "b1"}).get_json()["jobs"]
    assert sorted((job["batch"], job["state"]) for job in jobs) == [("b1", "completed"), ("b1", "queued")]


def test_several_jobs_as_one_archive(client: FlaskClient, worker: Worker) -> None:
    ids = [done(client, worker, name=name) for name in ("talk.mp4", "talk.mp4", "Другой: 2.mp4")]
    answer = client.get("/v1/artifacts.zip", query_string={"ids": ",".join(ids)})
    inside = zipfile.ZipFile(io.BytesIO(answer.data))
    assert answer.content_length == len(answer.data)
    assert {name.split("/")[0] for name in inside.namelist()} == {"talk.mp4", "talk.mp4 (2)", "Другой_ 2.mp4"}
    assert inside.read("talk.mp4 (2)/analysis.json") == read(client, ids[1], "analysis.json")
    assert LEFT_OUT not in inside.namelist()
    for none_there in (MISSING, "", ","):
        assert_problem(client.get("/v1/artifacts.zip", query_string={"ids": none_there}), 404)
    assert_problem(client.get("/v1/artifacts.zip", query_string={"ids": posted(client)}), 409)
    too_many = ",".join(f"{n:032x}" for n in range(101))
    assert_problem(client.get("/v1/artifacts.zip", query_string={"ids": too_many}), 422, "100")


def test_an_archive_leaves_out_what_has_no_results_and_says_so(client: FlaskClient, worker: Worker) -> None:
    finished, waiting = done(client, worker, name="talk.mp4"), posted(client, name="later.mp4")
    answer = client.get("/v1/artifacts.zip", query_string={"ids": f"{waiting},{finished},{MISSING}"})
    inside = zipfile.ZipFile(io.BytesIO(answer.data))
    assert {name.split("/")[0] for name in inside.namelist()} == {"talk.mp4", LEFT_OUT}
    first, second = inside.read(LEFT_OUT).decode().splitlines()
    assert first.startswith(f"later.mp4 ({waiting}): ")
    assert "queued" in first
    assert second.startswith(f"{MISSING}: ")


def test_a_job_of_another_key_is_not_there(client: FlaskClient, worker: Worker, service: Jobs) -> None:
    anna, other = ({"Authorization": f"Bearer {service.keys.add(name)[1]}"} for name in ("anna", "other"))
    job_id = done(client, worker, headers=anna)
    for method, call in (("POST", "/render"), ("PATCH", "")):
        assert client.open(f"/v1/jobs/{job_id}{call}", method=method, headers=other).status_code == 404
        assert client.open(f"/v1/jobs/{job_id}{call}", method=method).status_code == 401
    assert client.get("/v1/artifacts.zip", query_string={"ids": job_id}, headers=other).status_code == 404
    assert client.get("/v1/artifacts.zip", query_string={"ids": job_id}, headers=anna).status_code == 200
    assert post(client, content=MP4, headers=anna).status_code == 202


def test_the_analysis_itself_does_not_change(client: FlaskClient, worker: Worker, analyzer: StandIn) -> None:
    analyzer._analysis = replace(with_a_gap(), options=Options(double_check=True))
    job_id = done(client, worker, double_check="true")
    before = client.get(f"/v1/jobs/{job_id}/result").get_json()
    render(client, job_id, report="docx", groups="positive=happy;negative=angry,disgust,fear,sad")
    worker.work_once()
    after = client.get(f"/v1/jobs/{job_id}/result").get_json()
    for part in ("faces", "voice", "segments", "models", "counts"):
        assert after.get(part) == before.get(part)
