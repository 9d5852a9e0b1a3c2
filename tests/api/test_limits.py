"""What the API says of its limits is what it then keeps."""

from pathlib import Path

from flask.testing import FlaskClient

from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.settings import Options
from tests.support.calling import assert_problem, client_of, post
from tests.support.serving import Clock, settings_in


def test_the_limits_of_the_server_are_told(tmp_path: Path) -> None:
    chosen = {"max_upload_mb": 3, "keep_days": 2, "max_keep_days": 5, "expression_models": ("embedded", "lab/vit")}
    with open_jobs(settings_in(tmp_path, **chosen), Clock()) as service:
        limits = client_of(service, defaults=Options(expression_model="lab/other")).get("/v1/limits").get_json()
    assert (limits["max_upload_mb"], limits["keep_days"], limits["max_keep_days"]) == (3, 2, 5)
    assert limits["expression_models"] == ["embedded", "lab/vit", "lab/other"]
    assert limits["languages"] == ["en", "ru"]
    assert {"mp4", "wav", "png"} < set(limits["endings"])


def test_a_key_is_told_its_own_limit(service: Jobs, client: FlaskClient) -> None:
    _, text = service.keys.add("Anna", max_upload_mb=7)
    headers = {"Authorization": f"Bearer {text}"}
    assert client.get("/v1/limits", headers=headers).get_json()["max_upload_mb"] == 1  # no more than the server's own


def test_what_is_beyond_the_limits_is_refused(client: FlaskClient) -> None:
    limits = client.get("/v1/limits").get_json()
    assert_problem(post(client, keep_days=limits["max_keep_days"] + 1), 422, "keep_days")
    assert_problem(post(client, tag="x" * (limits["max_label_length"] + 1)), 422, "tag")
    for model in limits["expression_models"]:
        assert post(client, expression_model=model, keep_days=limits["max_keep_days"]).status_code == 202
