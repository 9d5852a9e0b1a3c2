"""Parts of files and conditions on them, as RFC 9110 has them."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from api.problems import ProblemError
from api.ranges import Part, part_asked_for
from emoclassify.jobs.worker import Worker
from tests.support.calling import assert_problem, done

ETAG = '"one"'


def part_of(text: str, n_bytes: int, **headers: str) -> Part | int | None:
    """What is asked for; 416 where that lies outside."""
    try:
        return part_asked_for("GET", {"Range": text} | headers, ETAG, n_bytes)
    except ProblemError as exc:
        return exc.code


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("bytes=0-0", Part(0, 1)),
        ("bytes=5-14", Part(5, 10)),
        ("bytes=5-", Part(5, 95)),
        ("bytes=99-99", Part(99, 1)),
        ("bytes=90-100000", Part(90, 10)),
        (f"bytes=90-{'9' * 5000}", Part(90, 10)),
        ("bytes=-7", Part(93, 7)),
        ("bytes=-100", Part(0, 100)),
        ("bytes=-101", Part(0, 100)),  # longer than the file: all of it
        (f"bytes=-{'9' * 5000}", Part(0, 100)),
        ("BYTES = 1-2", Part(1, 2)),
        ("bytes=000000000000000000000000001-2", Part(1, 2)),
        ("bytes=100-", 416),
        ("bytes=100-200", 416),
        (f"bytes={'9' * 5000}-", 416),
        ("bytes=-0", 416),
        # Ignored, so the whole file:
        ("bytes=0-1,5-6", None),
        ("bytes=0-1, -5", None),
        ("bytes=9-5", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes", None),
        ("bytes=a-b", None),
        ("bytes=--5", None),
        ("bytes=1-2-3", None),
        ("bytes=٣-٤", None),
        ("lines=1-2", None),
        ("pages=0-", None),
        ("", None),
    ],
)
def test_one_range_is_read_and_any_other_ignored(text: str, part: Part | int | None) -> None:
    assert part_of(text, 100) == part


def test_of_an_empty_file_there_are_no_parts() -> None:
    assert (part_of("bytes=0-", 0), part_of("bytes=-5", 0), part_of("bytes=-0", 0)) == (416, None, 416)


@given(st.binary(max_size=50), st.integers(0, 60), st.integers(0, 60))
def test_a_part_is_what_python_cuts(content: bytes, first: int, last: int) -> None:
    part = part_of(f"bytes={first}-{last}", len(content))
    if isinstance(part, Part):
        assert content[part.start : part.start + part.length] == content[first : last + 1] != b""
    else:
        assert part == (None if last < first else 416)
        assert last < first or content[first : last + 1] == b""
    tail = part_of(f"bytes=-{last}", len(content))
    if isinstance(tail, Part):
        assert content[tail.start : tail.start + tail.length] == content[-last:] != b""


@given(st.text(max_size=40))
def test_no_range_is_an_error(text: str) -> None:
    part = part_of(f"bytes={text}", 10)
    assert part in (None, 416) or (isinstance(part, Part) and 0 <= part.start < part.start + part.length <= 10)


def test_only_just_this_file_goes_on_with_a_part() -> None:
    assert part_of("bytes=1-", 10, **{"If-Range": ETAG}) == Part(1, 9)
    for other in (f"W/{ETAG}", '"other"', "one", "Wed, 21 Oct 2026 07:28:00 GMT", "*"):
        assert part_of("bytes=1-", 10, **{"If-Range": other}) is None
    for method in ("HEAD", "POST"):
        assert part_asked_for(method, {"Range": "bytes=1-"}, ETAG, 10) is None


@pytest.fixture
def path(client: FlaskClient, worker: Worker) -> str:
    return f"/v1/jobs/{done(client, worker)}/artifacts/analysis.json"


def test_a_condition_that_does_not_hold_is_told_whole(client: FlaskClient, path: str) -> None:
    etag = client.get(path).headers["ETag"]
    for other in ('"other"', f"W/{etag}", '"a", "b"'):
        for method in ("GET", "HEAD"):
            answer = client.open(path, method=method, headers={"If-Match": other})
            assert answer.status_code == 412
            if method == "GET":
                assert_problem(answer, 412, "If-Match")
                assert answer.content_length == len(answer.data) > 0
    for same in (etag, "*", f'"other", {etag}'):
        assert client.get(path, headers={"If-Match": same}).status_code == 200


def test_what_the_reader_has_is_not_sent_again(client: FlaskClient, path: str) -> None:
    etag = client.get(path).headers["ETag"]
    for same in (etag, f"W/{etag}", "*", f'"other", {etag}'):
        answer = client.get(path, headers={"If-None-Match": same})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag)
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_parts_by_the_api(client: FlaskClient, path: str) -> None:
    whole = client.get(path)

    def asked(**headers: str) -> Any:
        return client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    longer = asked(Range=f"bytes=-{len(whole.data) + 1}")
    assert (longer.status_code, longer.data) == (206, whole.data)
    assert longer.headers["Content-Range"] == f"bytes 0-{len(whole.data) - 1}/{len(whole.data)}"
    several = asked(Range="bytes=0-1,5-6")
    assert (several.status_code, several.data) == (200, whole.data)
    weak = asked(Range="bytes=1-2", If_Range=f"W/{whole.headers['ETag']}")
    assert (weak.status_code, weak.data) == (200, whole.data)
    beyond = asked(Range="bytes=99999999-")
    assert_problem(beyond, 416, str(len(whole.data)))
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole.data)}"
    head = client.head(path, headers={"Range": "bytes=1-2"})
    assert (head.status_code, head.content_length, head.data) == (200, len(whole.data), b"")
