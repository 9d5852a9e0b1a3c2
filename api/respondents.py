"""The respondent's page and its calls: who has the token of an invite sees its study's films, and sends one recording.

A page proves itself with the secret of its sitting, in the header `X-Sitting`. Nothing here shows anything of another
person, or of another study.
"""

from importlib.resources import files
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from api.access import RateLimit
from api.admission import allow_body, is_admitted
from api.problems import ProblemError, problem_error
from api.sittings import (
    LONGEST_WITNESS_BYTES,
    MOST_CHUNK_BYTES,
    Page,
    begin,
    consent,
    end_recording,
    film_of,
    page_of,
    put_chunk,
    recording_state,
    save_answers,
    screen,
    sitting_of,
    study_of,
)
from api.turns import Turns
from emoclassify.capture.device_check import (
    AWAY,
    GOOD,
    LARGEST_PICTURE_BYTES,
    LOOKING,
    MOST_AT_ONCE,
    DeviceChecks,
)
from emoclassify.capture.score_reading import ScoreReader
from emoclassify.capture.texts import texts_in
from emoclassify.job_states import Step
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.sittings import OF_THE_CELLS, Stop
from emoclassify.jobs.sittings import OF_THE_PAGE as REASONS
from emoclassify.listen.hosts import visitor_of
from emoclassify.settings import Options
from emoclassify.words.messages import Message
from emoclassify.words.texts import LANGUAGES

OF_THE_PAGE = ("respondents.chunk", "respondents.done", "respondents.picture", "respondents.reading")
"""Endpoints whose bodies may be larger than those of other calls."""

_LARGEST = {
    **{"chunk": MOST_CHUNK_BYTES, "done": LONGEST_WITNESS_BYTES},
    **dict.fromkeys(("picture", "reading"), LARGEST_PICTURE_BYTES),
}
OPENED_PER_MINUTE, _OPENED_OF_ALL_PER_MINUTE = 120, 1200
"""How often a link may be opened from one address, and from all: who opens it on and on takes no place from others."""

WRONG_CODES_PER_MINUTE = 30
"""Codes that are none, from one address; then it is told to wait.

A code that is right is taken whatever came before it. Behind a proxy all visitors have one address, and a consent is
taken back at any moment: whoever guesses beside it must not be able to lock it out. That guesses cannot hit is the
work of the code itself, 16 letters of 32, which is 80 random bits: with a million consents and 10,000 guesses a second,
more than a server answers, the first hit would be expected after 3.8 million years. A limit over all guesses would add
nothing to that, and would be a way to lock everybody out.
"""

PICTURES_OF_A_LINK = MOST_AT_ONCE // 2
"""Pictures of one link that wait at once for a check, and as many for a reading: those of all others are looked at
beside them, whatever its visitors do."""

_FILES = files("emoclassify") / "capture" / "page"
_KINDS = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
_NAMES = {entry.name for entry in _FILES.iterdir() if entry.name.endswith((".js", ".css"))}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src blob:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_FEATURES = "camera=(self), microphone=({microphone}), autoplay=(self), geolocation=(), display-capture=(), usb=()"


def respondent_calls(service: Jobs, defaults: Options) -> APIBlueprint:
    """The page at /r/TOKEN, its files, and its calls."""
    calls = APIBlueprint("respondents", __name__, url_prefix="/r", enable_openapi=False)
    openings, guesses = RateLimit(refusal=Message("openings_too_many")), RateLimit(refusal=Message("codes_too_many"))
    checks, scores = DeviceChecks(), ScoreReader()
    check_turns, reading_turns = Turns(), Turns()  # who watches already keeps nobody from the check of a camera

    @calls.before_request
    def check_headers() -> None:
        name = str(request.endpoint).partition(".")[2]
        if name in _LARGEST:
            page_of(service)
            if (request.content_length or 0) > _LARGEST[name]:
                raise problem_error(413, "body_too_large", most_kb=_LARGEST[name] // 1024)
            allow_body(_LARGEST[name])
            service.require_room(request.content_length or 0)
        if name == "open" and not is_admitted():
            invite_id = study_of(service, str((request.view_args or {}).get("token", ""))).invite.id
            openings.take(f"{invite_id} {_visitor()}", OPENED_PER_MINUTE)
            openings.take(invite_id, _OPENED_OF_ALL_PER_MINUTE)

    @calls.get("/<token>")
    def page(token: str) -> Response:
        """The same page for every token: it asks for the study itself, and tells in words what a refusal says."""
        try:
            microphone = "self" if study_of(service, token, must_be_open=False).settings.microphone else ""
        except ProblemError:
            microphone = ""
        return _file("index.html", microphone)

    @calls.get("/-/<name>")
    def file(name: str) -> Response:
        if name == "withdraw":
            return _file("index.html")
        if name not in _NAMES:
            raise problem_error(404, "file_missing")
        return _file(name)

    @calls.get("/-/texts")
    def texts() -> dict[str, Any]:
        return {"lang": _lang(), "languages": LANGUAGES, "texts": texts_in(_lang())}

    @calls.post("/-/sentence")
    def sentence() -> dict[str, Any]:
        return {"sentence": _sentence(_body())}

    @calls.get("/<token>/study")
    def study(token: str) -> dict[str, Any]:
        has_begun = sitting_of(service, study_of(service, token, must_be_open=False)) is not None
        return study_of(service, token, must_be_open=not has_begun).told(_lang())

    @calls.post("/<token>/sittings")
    def open(token: str) -> tuple[dict[str, Any], int]:
        return {"secret": begin(service, study_of(service, token), _body())}, 201

    @calls.get("/<token>/sitting")
    def sitting(token: str) -> dict[str, Any]:
        return recording_state(service, page_of(service))

    @calls.post("/<token>/sitting/consent")
    def agree(token: str) -> dict[str, Any]:
        return consent(service, page_of(service), _body())

    @calls.post("/<token>/sitting/step")
    def step(token: str) -> dict[str, Any]:
        _note_step(service, page_of(service), _body())
        return {}

    @calls.post("/<token>/sitting/screening")
    def screening(token: str) -> dict[str, Any]:
        page = page_of(service)
        _require_agreement(page)
        return screen(service, page, _body())

    @calls.post("/<token>/sitting/picture")
    def picture(token: str) -> dict[str, Any]:
        page = _require_consent(page_of(service))
        with check_turns.take(_pictures_at_once(page)) as is_free:
            verdict = checks.look(request.get_data()) if is_free else LOOKING
            # What reads the scores has to be there before the film begins: what it misses cannot be read later.
            if verdict == GOOD and page.study.settings.scores_only and scores.read(request.get_data()) is None:
                verdict = AWAY
        return {"verdict": verdict}

    @calls.post("/<token>/sitting/reading")
    def reading(token: str) -> dict[str, Any]:
        """What is kept of a picture of somebody's camera, for a study that keeps no recordings; the picture is not."""
        page = _require_consent(page_of(service))
        if not page.study.settings.scores_only:
            raise problem_error(409, "recording_expected")
        with reading_turns.take(_pictures_at_once(page)) as is_free:
            return {"reading": scores.read(request.get_data()) if is_free else None}

    @calls.get("/<token>/sitting/films/<int:place>")
    def film(token: str, place: int) -> Response:
        return film_of(service, _require_consent(page_of(service)), place)

    @calls.put("/<token>/sitting/chunks/<int:number>")
    def chunk(token: str, number: int) -> dict[str, Any]:
        return put_chunk(service, _require_consent(page_of(service)), number)

    @calls.post("/<token>/sitting/answers")
    def answers(token: str) -> dict[str, Any]:
        save_answers(service, _require_consent(page_of(service)), _body())
        return {}

    @calls.post("/<token>/sitting/done")
    def done(token: str) -> dict[str, Any]:
        end_recording(service, defaults, _require_consent(page_of(service)), _body())
        return {}

    @calls.post("/-/withdraw")
    def withdraw() -> dict[str, Any]:
        sitting = service.sittings.by_code(str(_body().get("code", ""))[:40])
        study = service.studies.by_id(sitting.study_id) if sitting else None
        if sitting is None or study is None:
            guesses.take(_visitor(), WRONG_CODES_PER_MINUTE)
            raise problem_error(404, "code_unknown")
        service.take_back(study, sitting.respondent, Stop.WITHDRAWN)
        return {}

    return calls


def _pictures_at_once(page: Page) -> dict[str, int]:
    """How many pictures may wait at once: one of each person, as their page sends them, and some of each link."""
    return {page.sitting.id: 1, page.study.invite.id: PICTURES_OF_A_LINK}


def _visitor() -> str:
    """Who makes the current call, by the address that it comes from; no header is believed."""
    return visitor_of(request.remote_addr or "")


def _body() -> dict[str, Any]:
    """The JSON object of the current call. Raises ProblemError: 422."""
    content = request.get_json(silent=True, force=True)
    if not isinstance(content, dict):
        raise problem_error(422, "query_unfit", reasons="a JSON object is needed")
    return content


def _lang() -> str:
    """The language that the call asks for, else the first."""
    lang = request.args.get("lang", "")
    return lang if lang in LANGUAGES else next(iter(LANGUAGES))


def _sentence(content: dict[str, Any]) -> str | None:
    """A refusal of this server in the language that the call asks for; None where there is none with that code."""
    try:
        message = Message.from_problem({**content, "detail": ""})
    except (KeyError, TypeError, ValueError):
        return None
    return message.in_language(_lang()) or None


def _require_consent(page: Page) -> Page:
    """The page, where its person agreed and is wanted. Raises ProblemError: 403."""
    _require_agreement(page)
    if not page.is_let_in or page.sitting.reason in OF_THE_CELLS:
        raise problem_error(403, "screening_missing")
    return page


def _require_agreement(page: Page) -> None:
    if not page.sitting.consent:
        raise problem_error(403, "consent_missing")


def _note_step(service: Jobs, page: Page, content: dict[str, Any]) -> None:
    """Notes how far somebody came, or why they go no further."""
    step, reason = content.get("step"), content.get("reason", "")
    is_known = (step is None or step in (Step.CAMERA, Step.FACE, Step.FINISHED)) and (not reason or reason in REASONS)
    is_away = page.sitting.reason in OF_THE_CELLS
    is_early = step is not None and not (page.sitting.consent and page.is_let_in)
    if not is_known or is_away or is_early:
        raise problem_error(422, "query_unfit", reasons="step or reason is none that a page tells")
    values = {"reason": str(reason)} if "reason" in content else {}
    service.sittings.change(page.sitting.id, None if step is None else Step(step), **values)


def _file(name: str, microphone: str = "") -> Response:
    """A file of the page, with what its page may do."""
    kind = _KINDS[name[name.rindex(".") :]]
    answer = Response((_FILES / name).read_bytes(), mimetype=kind)
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Permissions-Policy"] = _FEATURES.format(microphone=microphone)
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return answer
