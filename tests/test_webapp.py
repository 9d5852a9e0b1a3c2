"""The web page, run by Streamlit's own test harness against a small server in the API's place."""

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from findings import analysis, face, voice, with_a_gap
from streamlit.testing.v1 import AppTest

from emoclassify.analysis import Analysis
from emoclassify.media import MEDIA_ENDINGS
from emoclassify.outputs.tables import write_tables
from emoclassify.settings import Options
from webapp.curves import chart, steps
from webapp.page import _ENDINGS
from webapp.summary import sentence, series_csv, voice_table
from webapp.texts import LANGUAGES, TEXTS

PAGE = Path(__file__).parents[1] / "webapp" / "page.py"
RUN_S = 60
SCORE_TOLERANCE = 2e-6  # the page adds up scores of 6 decimals, the command line unrounded ones


JOB = json.dumps({"id": "0" * 32, "state": "completed", "error": None})


class FakeApi(ThreadingHTTPServer):
    """Completes every job with the same result, or refuses it, and keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: tuple[int, str, str] = (200, "application/json", "{}")
        self.received = b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: FakeApi

    def do_POST(self) -> None:
        self.server.received = self._body()
        status, kind, text = self.server.answer
        self._answer(*((202, kind, JOB) if status == 200 else (status, kind, text)))

    def do_GET(self) -> None:
        self._answer(*(self.server.answer if self.path.endswith("/result") else (200, "application/json", JOB)))

    def _body(self) -> bytes:
        if self.headers["Transfer-Encoding"] != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"]))
        blocks = []
        while size := int(self.rfile.readline(), 16):
            blocks.append(self.rfile.read(size + 2)[:-2])
        self.rfile.readline()
        return b"".join(blocks)

    def _answer(self, status: int, kind: str, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    with FakeApi() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("EMOCLASSIFY_API_URL", server.url)
        yield server
        server.shutdown()
        thread.join()


def two_persons() -> Analysis:
    times_s = [0.2 * i for i in range(20)]
    faces = [
        face(i, t, emotion, person) for i, t in enumerate(times_s) for person, emotion in ((1, "sad"), (2, "fear"))
    ]
    return analysis(faces, times_s)


def opened(language: str = "en") -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=RUN_S).run()
    return page.radio(key="language").set_value(language).run()


def analyzed(page: AppTest, name: str = "talk.mp4") -> AppTest:
    page.file_uploader(key="recording").set_value((name, b"a recording", "video/mp4")).run()
    page.button(key="start").click().run()
    assert not page.exception
    return page


def everything(page: AppTest) -> str:
    kinds = ("title", "header", "subheader", "markdown", "caption")
    return "\n".join(str(item.value) for kind in kinds for item in page.get(kind))


def test_the_page_waits_for_a_recording() -> None:
    page = opened()
    assert not page.exception
    assert page.button(key="start").disabled
    assert not page.error


def test_the_recording_and_the_options_are_sent(api: FakeApi) -> None:
    api.answer = (200, "application/json", json.dumps(with_a_gap().to_dict()))
    page = opened()
    page.checkbox(key="double_check").check()
    page.checkbox(key="all_faces").check()
    page.slider(key="sample_fps").set_value(12)
    analyzed(page, name="интервью.mp4")
    sent = api.received.decode()
    for name, value in (("double_check", "true"), ("faces", "all"), ("sample_fps", "12")):
        assert f'name="{name}"\r\n\r\n{value}\r\n' in sent
    assert 'name="file"; filename="интервью.mp4"' in sent
    assert "a recording" in sent


def test_what_was_found_is_shown_and_stays(api: FakeApi) -> None:
    found = with_a_gap().to_dict() | {"options": {"double_check": True}}
    api.answer = (200, "application/json", json.dumps(found))
    page = analyzed(opened())
    said = everything(page)
    assert "15 of 20" in said
    assert "made\\.mp4" in said
    assert len(page.get("vega_lite_chart")) == 1
    assert list(page.dataframe[0].value["verdict"]) == ["agree", "differ"]
    assert "A warning" in page.warning[0].value
    assert [item.proto.label for item in page.get("download_button")] == [TEXTS["en"]["json"], TEXTS["en"]["csv"]]
    page.radio(key="language").set_value("ru").run()
    assert "15 из 20" in everything(page)
    assert list(page.dataframe[0].value["вывод"]) == ["совпадают", "расходятся"]


def test_russian_from_the_start(api: FakeApi) -> None:
    api.answer = (200, "application/json", json.dumps(with_a_gap().to_dict()))
    page = analyzed(opened("ru"))
    said = everything(page)
    assert "Чаще всего: радость (пригодных кадров: " in said or "Чаще всего: грусть (пригодных кадров: " in said
    assert not [text for text in TEXTS["en"].values() if len(text) > 20 and text in said]


def test_one_of_several_persons_is_chosen(api: FakeApi) -> None:
    api.answer = (200, "application/json", json.dumps(two_persons().to_dict()))
    page = analyzed(opened())
    first = page.get("vega_lite_chart")[0].proto.SerializeToString()
    page.radio(key="person").set_value(2).run()
    assert not page.exception
    assert page.get("vega_lite_chart")[0].proto.SerializeToString() != first


def test_a_recording_without_faces_or_speech(api: FakeApi) -> None:
    api.answer = (200, "application/json", json.dumps(analysis([], [0.0, 0.2], []).to_dict()))
    page = analyzed(opened())
    said = everything(page)
    assert "No face was seen in the 2 frames" in said
    assert TEXTS["en"]["no_speech"] in said
    assert not page.get("vega_lite_chart")
    assert len(page.get("download_button")) == 1


def test_a_picture_has_no_time(api: FakeApi) -> None:
    source = with_a_gap().source | {"still": True}
    made = analysis([face(0, 0.0, "sad")], [0.0], source=source, end_s=0.0, picture_end_s=0.0)
    api.answer = (200, "application/json", json.dumps(made.to_dict()))
    page = analyzed(opened())
    assert "over time" not in everything(page)
    assert TEXTS["en"]["chart_help"] not in everything(page)
    assert len(page.get("vega_lite_chart")) == 1


def test_the_api_is_away(api: FakeApi) -> None:
    url = api.url
    api.server_close()
    page = analyzed(opened())
    assert url in page.error[0].value
    assert "emoclassify serve" in page.error[0].value


def test_a_refusal_is_told_in_its_own_words(api: FakeApi) -> None:
    problem = {"type": "about:blank", "title": "x", "status": 422, "detail": "The file is empty (0 bytes)."}
    api.answer = (422, "application/problem+json", json.dumps(problem))
    page = analyzed(opened())
    assert "The file is empty" in page.error[0].value
    assert not page.get("download_button")


def test_an_answer_of_something_else_is_told(api: FakeApi) -> None:
    api.answer = (502, "text/html", "<h1>Bad Gateway</h1>")
    assert "HTTP 502" in analyzed(opened()).error[0].value


def test_both_languages_have_the_same_texts() -> None:
    assert set(TEXTS) == set(LANGUAGES)
    assert set(TEXTS["en"]) == set(TEXTS["ru"])


def test_the_page_takes_what_the_program_finds() -> None:
    assert {f".{ending}" for ending in _ENDINGS} == MEDIA_ENDINGS


def test_the_csv_is_that_of_the_command_line(tmp_path: Path) -> None:
    for made in (with_a_gap(), two_persons()):
        write_tables(made, tmp_path, Options())
        expected = pd.read_csv(tmp_path / "series.csv")
        pd.testing.assert_frame_equal(
            pd.read_csv(io.BytesIO(series_csv(made.to_dict()))), expected, rtol=0, atol=SCORE_TOLERANCE
        )


def test_gaps_stay_gaps_in_the_chart() -> None:
    table = steps(with_a_gap().to_dict(), 1)
    assert list(table["gap"]) == [False, False, True, True, False, False, False, False]
    assert list(table["run"]) == [1, 1, 2, 2, 3, 3, 3, 3]
    assert table.loc[table["gap"], "happy"].isna().all()
    assert table["end_s"].iloc[-1] == 4.0
    drawn = chart(table, TEXTS["en"]).to_dict()
    gaps, lines, _ = (drawn["datasets"][layer["data"]["name"]] for layer in drawn["layer"])
    assert gaps == [{"ms": 1000.0, "end_ms": 2000.0}]
    assert [row["ms"] for row in lines] == [0, 500, 1000, 2000, 2500, 3000, 3500, 4000]


def test_long_recordings_are_merged_by_weight() -> None:
    n_bins = 4_000
    series = [
        {"person": 1, "t": 0.5 * i, "n_valid": i % 3, "scores": [i % 3 / 2] * 7 if i % 3 else None}
        for i in range(n_bins)
    ]
    table = steps({"series": series}, 1)
    assert len(table) == 1_334  # three bins a step
    assert table["happy"].iloc[0] == pytest.approx((0.5 * 1 + 1.0 * 2) / 3)
    assert table["end_s"].iloc[-1] == 2_000.0


def test_the_voice_alone() -> None:
    made = analysis([], [], [voice(0.0, 75.5, "angry"), voice(80.0, 81.0, "sad", share=0.2)])
    found = made.to_dict() | {"options": {"double_check": False}}
    assert sentence(found, TEXTS["en"]) == "The recording has no picture. Stretches of speech: 2."
    table = voice_table(found, TEXTS["en"])
    assert list(table.columns) == ["from", "to", "voice", "certainty of the voice"]
    assert list(table["to"]) == ["1:15.5", "1:21"]
    assert list(table["voice"]) == ["angry", "cannot tell"]
