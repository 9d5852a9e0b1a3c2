"""What the calls of the respondent's page do."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request

from api.problems import problem_error, refused_as_422
from api.results import file_of
from api.uploads import job_of_chunks, store_chunk
from emoclassify.capture.orders import next_order
from emoclassify.capture.questions import Question, cells_of
from emoclassify.capture.quotas import stop_of
from emoclassify.capture.settings import BASELINE_S, CONSENT_VERSION, PageSettings, consent_sha256
from emoclassify.capture.texts import texts_in
from emoclassify.errors import MediaError
from emoclassify.job_states import FieldworkState, Step
from emoclassify.jobs.cells import FILM_ORDER
from emoclassify.jobs.fieldwork import Invite
from emoclassify.jobs.job import DAY_S, SCORES
from emoclassify.jobs.job import RECORDING as RECORDING_KIND
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.sittings import OF_THE_CELLS, Sitting, Stop
from emoclassify.jobs.storage import new_id
from emoclassify.jobs.store import StateConflictError
from emoclassify.jobs.studies import StoredStudy
from emoclassify.jobs.uploads import ChunkedUpload
from emoclassify.outputs.names import PREVIEW, RECORDING
from emoclassify.settings import Options
from emoclassify.words.texts import LANGUAGES

MOST_CHUNK_BYTES = 8 * 1024**2
"""The largest chunk: the page sends some 3 s, less than 1 MB."""

LONGEST_WITNESS_BYTES = 2 * 1024**2
"""Some two hours of films."""

_MOST_UPLOADS = 1000
"""Recordings of one study that are under way at once."""

_MOST_BYTES_PER_S, _SLACK_S, _LEAST_CHUNK_S = 600_000, 900.0, 1.0
"""What a recording may have at most, for each second of its films; a page sends a chunk every 3 s."""

_LONGEST_JOIN_S = 60.0
"""A recording of the page is put together in seconds; the page waits for the next try."""

_LONGEST_PID = 64
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOST_READINGS_BYTES = 256 * 1024
"""Of one piece: 3 s of readings have 6 KB."""

_NOT_KEPT = {"keep_days": "0"}
"""Fields of the job of somebody of whom scores are kept: what the page sent goes when the analysis is made."""


@dataclass(frozen=True)
class OpenStudy:
    """The study behind a token."""

    study: StoredStudy
    invite: Invite
    settings: PageSettings
    state: FieldworkState

    @property
    def films(self) -> dict[str, Mapping[str, Any]]:
        """Id of each film of the plan -> the film."""
        return {str(film["id"]): film for film in self.study.plan["stimulus"]}

    @property
    def n_each(self) -> int:
        """How many films a person sees."""
        return min(self.settings.films_each or len(self.films), len(self.films))

    def sentences(self, lang: str) -> list[str]:
        """What somebody agrees to; where people see different films, with the longest."""
        lengths_s = sorted((float(film["duration_s"]) for film in self.films.values()), reverse=True)
        return self.settings.consent_sentences(lengths_s[: self.n_each], lang)

    def told(self, lang: str) -> dict[str, Any]:
        """What the page shows before anybody agreed."""
        sentences = self.sentences(lang)
        return {
            "lang": lang,
            "languages": LANGUAGES,
            "texts": texts_in(lang, scores_only=self.settings.scores_only),
            "title": self.settings.title,
            "sentences": sentences,
            "consent": {"version": CONSENT_VERSION, "sha256": consent_sha256(sentences)},
            "microphone": self.settings.microphone,
            "scores_only": self.settings.scores_only,
            "baseline_s": BASELINE_S,
            "screening": [vars(question) for question in self.settings.questions_at(before=True)],
            "questions": [vars(question) for question in self.settings.questions_at(before=False)],
            "redirects": self.settings.redirects or {},
        }


@dataclass(frozen=True)
class Page:
    """The page of one sitting."""

    study: OpenStudy
    sitting: Sitting

    @property
    def is_let_in(self) -> bool:
        """Whether the answers before the films let the person in; everybody is, where the study has no cells.

        Cells that are changed later send nobody away.
        """
        has_begun = self.sitting.step not in (Step.OPENED, Step.CONSENTED)
        return not self.study.settings.cells or has_begun or bool(self.sitting.answers)

    def columns(self, *, before: bool) -> list[str]:
        """The columns of the answers before the films, or of those after them."""
        questions = self.study.settings.questions_at(before=before)
        return [column for question in questions for column in question.columns(self.sitting.films)]

    @property
    def most_s(self) -> float:
        """How long its recording may be."""
        lengths_s = [float(self.study.films[film]["duration_s"]) + BASELINE_S for film in self.sitting.films]
        return sum(lengths_s) + _SLACK_S


def study_of(service: Jobs, token: str, *, must_be_open: bool = True) -> OpenStudy:
    """The study that a token opens.

    Raises:
        ProblemError: 404, none; and where it must be open: 410, not any more; 403, not at the moment.
    """
    invite = service.fieldwork.invite_of(token)
    study = service.studies.by_id(invite.study_id) if invite else None
    fieldwork = service.fieldwork.get(study.id) if study else None
    if invite is None or study is None or fieldwork is None:
        raise problem_error(404, "invite_unknown")
    state, content = fieldwork
    if must_be_open and (invite.is_over(service.clock()) or state is FieldworkState.CLOSED):
        raise problem_error(410, "invite_over")
    if must_be_open and state is FieldworkState.PAUSED:
        raise problem_error(403, "fieldwork_paused")
    return OpenStudy(study, invite, PageSettings.from_dict(content), state)


def page_of(service: Jobs) -> Page:
    """The page that makes the current call; who has begun may end, also when the link is over.

    Raises:
        ProblemError: 404, the token is none; 401, the secret is none of this link.
    """
    study = study_of(service, str((request.view_args or {}).get("token", "")), must_be_open=False)
    sitting = sitting_of(service, study)
    if sitting is None:
        raise problem_error(401, "sitting_unknown")
    films = [film for film in sitting.films if film in study.films]  # of a plan that was changed since, what is left
    return Page(study, replace(sitting, films=films))


def sitting_of(service: Jobs, study: OpenStudy) -> Sitting | None:
    """The sitting whose secret the current call has; None for none of this link."""
    secret = request.headers.get("X-Sitting", "")
    return service.sittings.by_secret(study.invite.id, secret) if secret else None


def begin(service: Jobs, study: OpenStudy, content: Mapping[str, Any]) -> str:
    """Notes that somebody opened the page; the secret of the sitting.

    Raises:
        ProblemError: 422, the panel's name for the person cannot be one.
        StateConflictError: as many take part already, or this person does, or is in the study by other ways, or has a
            link of their own.
    """
    pid = _name_in(content.get("pid") or "")
    if pid and not study.invite.respondent:
        _require_free_name(service, study.study.id, pid)
    sitting_id, now = new_id(), service.clock()
    respondent = study.invite.respondent or pid or f"p-{sitting_id[:10]}"
    sitting = Sitting(
        id=sitting_id,
        study_id=study.study.id,
        invite_id=study.invite.id,
        respondent=respondent,
        created_at=now,
        seen_at=now,
    )
    return service.sittings.add(sitting, study.invite.most)


def _name_in(pid: Any) -> str:
    """A panel's name for a person, as the tables of a study have it: without spaces around it, which they leave out.

    Raises:
        ProblemError: 422, it is none.
    """
    name = pid.strip() if isinstance(pid, str) else None
    if name is None or len(name) > _LONGEST_PID or not name.isprintable():
        raise problem_error(422, "query_unfit", reasons="pid is no name of a person")
    return name


def _require_free_name(service: Jobs, study_id: str, pid: str) -> None:
    """Refuses the names of people for whom a visitor of an open link could speak else. Raises StateConflictError."""
    if service.studies.has_person(study_id, pid):
        raise StateConflictError("sitting_taken")
    if service.fieldwork.has_own_link(study_id, pid):
        raise StateConflictError("own_link_needed")


def consent(service: Jobs, page: Page, content: Mapping[str, Any]) -> dict[str, Any]:
    """Notes what somebody agreed to, and tells the code that takes it back, and their films.

    Raises:
        ProblemError: 409, the text is another one than they read; 422, no such language; as `study_of`.
    """
    if not page.sitting.consent:
        study_of(service, str((request.view_args or {}).get("token", "")))
    lang, now = str(content.get("lang", "")), service.clock()
    if lang not in LANGUAGES:
        raise problem_error(422, "query_unfit", reasons="lang is none of the page's languages")
    sha256 = consent_sha256(page.study.sentences(lang))
    if (content.get("version"), content.get("sha256")) != (CONSENT_VERSION, sha256):
        raise problem_error(409, "consent_changed")
    agreed = {"version": CONSENT_VERSION, "sha256": sha256, "lang": lang, "at": now}
    agreed["microphone"] = bool(content.get("microphone")) and page.study.settings.microphone
    agreed["keep_until"] = now + page.study.settings.keep_days * DAY_S
    earlier = service.sittings.film_orders(page.study.study.id)
    films = page.sitting.films or next_order(list(page.study.films), page.study.n_each, earlier)
    return {"code": service.sittings.agree(page.sitting.id, agreed, films), "films": _films(page.study, films)}


def recording_state(service: Jobs, page: Page) -> dict[str, Any]:
    """Where a page stands, after it was loaded anew."""
    sitting = page.sitting
    upload = service.uploads.get(sitting.id, sitting.study_id)
    return {
        "step": sitting.step.value,
        "reason": sitting.reason,
        "respondent": sitting.respondent,
        "has_consent": bool(sitting.consent),
        "microphone": bool(sitting.consent.get("microphone")),
        "has_answers": any(column in sitting.answers for column in page.columns(before=False)),
        "films": _films(page.study, sitting.films),
        "next": upload.next_number if upload else 0,
    }


def screen(service: Jobs, page: Page, content: Mapping[str, Any]) -> dict[str, Any]:
    """Notes the answers before the films, and tells the reason where the person does not take part.

    Who was told so once is told so again, whatever they answer then; who was let in stays in.

    Raises:
        ProblemError: 422, an answer does not fit, or one is missing.
    """
    if page.sitting.reason in OF_THE_CELLS or page.sitting.step in (Step.FINISHED, Step.UPLOADED):
        return {"reason": page.sitting.reason}
    settings = page.study.settings
    cells = _answer_cells(settings.questions_at(before=True), page, content)
    for column, answer in cells.items():
        if not answer:
            raise problem_error(422, "answer_unfit", field=column)
    stop = service.sittings.take_place(page.sitting, cells, lambda others: stop_of(settings.cells, cells, others))
    return {"reason": stop.value if stop else ""}


def _answer_cells(questions: Sequence[Question], page: Page, content: Mapping[str, Any]) -> dict[str, str]:
    """The answers in a body, by columns. Raises ProblemError: 422."""
    answers = content.get("answers")
    if not isinstance(answers, dict):
        raise problem_error(422, "query_unfit", reasons="answers is no object")
    with refused_as_422():
        return cells_of(questions, page.sitting.films, answers)


def _films(study: OpenStudy, films: list[str]) -> list[dict[str, Any]]:
    return [{"id": film, "duration_s": float(study.films[film]["duration_s"])} for film in films]


def film_of(service: Jobs, page: Page, place: int) -> Response:
    """The file of one of the person's films, in a form that browsers play. Raises ProblemError: 404."""
    if place >= len(page.sitting.films):
        raise problem_error(404, "file_missing")
    film = page.study.films[page.sitting.films[place]]
    job = service.store.get(str(film.get("file", "")), page.study.study.owner)
    if job is None:
        raise problem_error(404, "file_gone")
    name = PREVIEW if PREVIEW in dict(service.artifacts(job)) else RECORDING
    return file_of(service, job, name)


def put_chunk(service: Jobs, page: Page, number: int) -> dict[str, Any]:
    """Stores the body of the current call as a piece of the recording; the same one again changes nothing.

    Raises:
        ProblemError: 413, the recording is longer than its films allow; 409, it is complete already; as `store_chunk`.
    """
    sitting = page.sitting
    if sitting.step is Step.UPLOADED:
        raise problem_error(409, "recording_complete")
    upload = service.uploads.get(sitting.id, sitting.study_id)
    if upload is None:
        fields = _NOT_KEPT if page.study.settings.scores_only else {}
        upload = ChunkedUpload(sitting.id, sitting.study_id, sitting.respondent, "", {**fields})
        service.uploads.add(upload, _MOST_UPLOADS)
    n_bytes = upload.size_bytes + (request.content_length or 0)
    if number >= page.most_s / _LEAST_CHUNK_S or n_bytes > page.most_s * _MOST_BYTES_PER_S:
        raise problem_error(413, "recording_beyond_films")
    store_chunk(service, upload, number, _readings() if page.study.settings.scores_only else None)
    service.sittings.change(sitting.id)
    return {"next": recording_state(service, page)["next"]}


def end_recording(service: Jobs, defaults: Options, page: Page, content: Mapping[str, Any]) -> None:
    """Makes a job of the recording, with its viewings; called again, it changes nothing.

    Raises:
        ProblemError: 422, sums or witness are none; 409, a chunk is missing.
        StateConflictError: a chunk is another one than the page sent.
    """
    sums, witness = content.get("sums"), content.get("witness")
    if not isinstance(sums, list) or not all(isinstance(one, str) and _SHA256.fullmatch(one) for one in sums):
        raise problem_error(422, "query_unfit", reasons="sums is no list of SHA-256 in hexadecimal")
    _check_witness(witness)
    sitting, owner = page.sitting, page.study.study.owner
    if service.store.get(sitting.id, owner) is None:
        upload = service.uploads.get(sitting.id, sitting.study_id)
        if upload is None or upload.next_number < len(sums) or not sums:
            raise problem_error(409, "chunks_missing", number=upload.next_number if upload else 0)
        for chunk, sha256 in zip(upload.chunks, sums, strict=False):
            if chunk.sha256 != sha256 or len(upload.chunks) > len(sums):
                raise problem_error(409, "chunk_differs", number=chunk.number)
        kind = SCORES if page.study.settings.scores_only else RECORDING_KIND
        job_of_chunks(service, defaults, upload, owner, longest_s=_LONGEST_JOIN_S, kind=kind)
    service.remove_upload(sitting.id)  # also where the process was killed before it could
    broken_off = {"reason": Stop.BROKEN_OFF.value} if content.get("broken_off") else {}
    service.sittings.change(sitting.id, Step.UPLOADED, witness=witness, **broken_off)
    _put_into_study(service, page, {**sitting.answers})


def _readings() -> bytes:
    """The body of the current call, which has readings and nothing else.

    Raises:
        ProblemError: 422; 413, it is too large.
    """
    from emoclassify.picture_readings import readings_in  # loads numpy, which few calls need

    if (request.content_length or 0) > _MOST_READINGS_BYTES:
        raise problem_error(413, "body_too_large", most_kb=_MOST_READINGS_BYTES // 1024)
    content = request.get_data()
    try:
        readings_in(content)
    except MediaError as exc:
        raise problem_error(422, "scores_unfit") from exc
    return content


def _check_witness(witness: Any) -> None:
    """Raises ProblemError: 422, what the page says that it saw is none."""
    from emoclassify.study.timecode import Witness  # loads numpy, which few calls need

    try:
        Witness.from_dict(witness)
    except (LookupError, TypeError, ValueError, OverflowError) as exc:
        raise problem_error(422, "query_unfit", reasons="witness is none of this page") from exc


def save_answers(service: Jobs, page: Page, content: Mapping[str, Any]) -> None:
    """Stores answers, and puts them into the study where the recording is there. Raises ProblemError: 422."""
    after = _answer_cells(page.study.settings.questions_at(before=False), page, content)
    cells = {**page.sitting.answers, **after}
    service.sittings.change(page.sitting.id, answers=cells)
    if page.sitting.step is Step.UPLOADED:
        _put_into_study(service, page, cells)


def _put_into_study(service: Jobs, page: Page, answers: dict[str, str]) -> None:
    """The person's viewings and answers, in the tables of the study; a recording that was deleted meanwhile is not."""
    from emoclassify.study_content import BY_PICTURES, BY_TIME_CODE  # loads numpy, which few calls need

    sitting = page.sitting
    start_s = BY_PICTURES if page.study.settings.scores_only else BY_TIME_CODE
    viewings = [
        {
            **{"recording": sitting.id, "respondent": sitting.respondent, "stimulus": film},
            **{"start_s": start_s, "person": "1", "place": str(place)},
        }
        for place, film in enumerate(sitting.films, start=1)
    ]
    cells = {FILM_ORDER: " ".join(sitting.films)[:255], **answers}
    columns = [*page.columns(before=True), *page.columns(before=False)]
    service.studies.add_person(sitting.study_id, sitting.respondent, viewings, cells, columns)
