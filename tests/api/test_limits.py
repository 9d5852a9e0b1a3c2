"""What the API says of its limits is what it then keeps."""

from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.networks.models import voice_model
from emoclassify.settings import VOICE_MODELS, Options
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


WORDS = {"transcribe", "transcribe_focus"}


def test_what_is_not_for_commercial_use_is_told(client: FlaskClient) -> None:
    limits = client.get("/v1/limits").get_json()
    assert limits["voice"] is True
    assert set(limits["refused_fields"]) == WORDS  # no model that writes down speech is here
    assert [row["field"] for row in limits["not_commercial"]] == [
        "transcribe_focus",
        "double_check",
        "echo_mean",
        "voice_model",
        "file",
    ]
    assert {(row["model"], row["licence"]) for row in limits["not_commercial"]} == {("voice", voice_model().licence)}
    assert described(client)["double_check"].endswith(
        f"Not for commercial use: its model is under {voice_model().licence}."
    )
    assert "commercial" not in described(client)["faces"]


def test_a_voice_model_of_the_servers_own_is_not_called_so(service: Jobs, tmp_path: Path) -> None:
    client = client_of(service, defaults=Options(voice_model=str(tmp_path)))
    assert client.get("/v1/limits").get_json()["not_commercial"] == []
    assert "commercial" not in described(client)["double_check"]


def test_a_job_chooses_the_voice_model_by_name_and_never_a_place(client: FlaskClient) -> None:
    assert post(client, voice_model="large").get_json()["options"]["voice_model"] == "large"
    assert_problem(post(client, voice_model="/etc"), 422, "voice_model", "large")


def test_where_the_server_has_a_voice_model_of_its_own_none_is_chosen(service: Jobs, tmp_path: Path) -> None:
    client = client_of(service, defaults=Options(voice_model=str(tmp_path)))
    assert "voice_model" in client.get("/v1/limits").get_json()["refused_fields"]
    for name in VOICE_MODELS:
        assert_problem(post(client, voice_model=name), 422, "voice_model")
    assert post(client).status_code == 202


def test_where_the_voice_is_switched_off_what_needs_it_is_refused(service: Jobs) -> None:
    client = client_of(service, defaults=Options.read({}, {"EMOCLASSIFY_VOICE": "off"}))
    limits = client.get("/v1/limits").get_json()
    assert (limits["voice"], limits["not_commercial"]) == (False, [])
    assert set(limits["refused_fields"]) == {"double_check", "echo_mean", *WORDS}
    for field in ("double_check", "echo_mean", "transcribe_focus"):
        on, off = dict[str, Any]({field: "true"}), dict[str, Any]({field: "false"})
        assert_problem(post(client, **on), 422, "switched off", field)
        accepted = post(client, **off)
        assert accepted.get_json()["options"]["voice"] == "off"  # so the worker reads none either
    assert_problem(post(client, voice="auto"), 422, "voice")


def described(client: FlaskClient) -> dict[str, str]:
    """Name of a field -> its description in the API's document."""
    call = client.get("/openapi.json").get_json()["paths"]["/v1/jobs"]["post"]
    properties = call["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    return {name: schema["description"] for name, schema in properties.items()}
