"""What is made of the results of a study of the API: report, slides, workbook and charts, where they are asked for."""

import pytest
from flask.testing import FlaskClient

from emoclassify.jobs.worker import Worker
from tests.support.calling import assert_problem
from tests.support.study_calls import NO_LIMITS, computed, made, smiling, with_people

pytestmark = pytest.mark.whole
ANALYZER, LIMITS = smiling, NO_LIMITS


def test_report_slides_workbook_and_charts_are_made_where_they_are_asked_for(
    client: FlaskClient, worker: Worker
) -> None:
    study_id = made(client)
    with_people(client, worker, study_id)
    outputs = {"report": "html,pptx", "xlsx": True, "make_graph": True, "lang": "ru"}
    job_id = computed(client, worker, study_id, **outputs)
    asked_for = {"report.html", "report.pptx", "report.xlsx", "film-1-happy.png", "film-1-happy.svg", "who-counts.png"}

    def names_of(results_id: str) -> set[str]:
        return {file["name"] for file in client.get(f"/v1/jobs/{results_id}/artifacts").get_json()["artifacts"]}

    assert asked_for <= names_of(job_id)
    assert "report.docx" not in names_of(job_id)
    page = client.get(f"/v1/jobs/{job_id}/artifacts/report.html").get_data(as_text=True)
    assert '<html lang="ru"' in page
    # A person withdraws: what is computed anew is made in the same forms.
    assert client.delete(f"/v1/studies/{study_id}/respondents/r0").status_code == 204
    assert worker.work_once()
    again_id = client.get(f"/v1/studies/{study_id}").get_json()["job_id"]
    assert again_id != job_id
    assert asked_for <= names_of(again_id)


def test_outputs_that_there_are_not_are_refused(client: FlaskClient) -> None:
    path = f"/v1/studies/{made(client)}/results"
    assert_problem(client.post(path, json={"report": "rtf"}), 422, "report")
    assert client.post(path, json={"brand": "/etc"}).status_code == 422
    assert client.post(path, json={"lang": "xx"}).status_code == 422
