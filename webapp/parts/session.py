"""One visit of the page: its language, its connection to the API, and messages where the API fails."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import streamlit as st

from emoclassify.remote.client import ApiAwayError, ApiError, Client
from emoclassify.words import numbers
from emoclassify.words.messages import Message
from emoclassify.words.texts import LANGUAGES
from webapp import widgets
from webapp.parts.texts import LANGUAGE_COOKIE, Texts, in_words, plain, texts_in
from webapp.server.access import KEYS, NO_KEYS, WRONG_KEY
from webapp.server.connections import client_of

logger = logging.getLogger(__name__)

_RETRY_S = 2.0
_PATIENCE_S = 2.0
"""Within this time the API has to answer that it runs, else the visitor is told that it does not."""

_NOT_FOUND, _FORBIDDEN = 404, (401, 403)


@dataclass(frozen=True)
class Visit:
    """What every page is drawn from."""

    language: str
    texts: Texts
    client: Client
    owner: str
    """Address and key, a part of cache keys, so that no visitor gets results of another key; never shown or stored."""

    def percent(self, share: float) -> str:
        """A share 0..1 in whole percent."""
        return numbers.percent(share, self.language)

    def number(self, value: float, digits: int = 2) -> str:
        """A number with `digits` decimals."""
        return numbers.number(value, self.language, digits)

    def signed(self, value: float) -> str:
        """A number with its sign, for valences: 0 has none."""
        return numbers.signed(value, self.language)

    def clock(self, time_s: float) -> str:
        """A time in a recording as m:ss, with tenths unless it is a whole second."""
        return numbers.clock(time_s, self.language)

    def without_zeros(self, value: float) -> str:
        """A number without zeros behind the decimal mark."""
        return numbers.without_zeros(value, self.language)

    def seconds(self, length_s: float) -> str:
        """A length in words."""
        return numbers.seconds(length_s, self.language)

    def size(self, size_bytes: float) -> str:
        """A size, in the unit that fits."""
        return numbers.size(size_bytes, self.language)

    @property
    def has_comma(self) -> bool:
        """Whether decimals are written with a comma; the widgets need to know."""
        return numbers.with_decimal_mark(".", self.language) == ","


Draw = Callable[[Visit], None]


def choose_language() -> str:
    """Draws the language control and returns its value; at first that of the cookie, else of the browser."""
    if st.session_state.get("language") not in LANGUAGES:
        st.session_state["language"] = st.session_state.get("last_language") or _first_language()
    language = st.segmented_control(
        " / ".join(dict.fromkeys(texts_in(language)["language"] for language in LANGUAGES)),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        label_visibility="collapsed",
        key="language",
        required=True,
    )
    st.session_state["last_language"] = language  # Streamlit drops "language" where a page is not drawn to its end
    return str(language)


def _first_language() -> str:
    cookie_language = st.context.cookies.get(LANGUAGE_COOKIE, "")
    if cookie_language in LANGUAGES:
        return cookie_language
    browser_language = (st.context.locale or "").partition("-")[0]
    return browser_language if browser_language in LANGUAGES else "en"


def this_visit(language: str) -> Visit:
    """The visit in a language, with the visitor's key or else the page's own."""
    url, key = api_url(), KEYS.of(st.context.cookies)
    return Visit(language, texts_in(language), client_of(url, key), f"{url}\n{key}")


def api_url() -> str:
    """The address of the API, from EMOCLASSIFY_API_URL."""
    return os.environ.get("EMOCLASSIFY_API_URL", "http://127.0.0.1:8000").rstrip("/")


def respondents_url() -> str:
    """Where respondents reach the API: behind a proxy with TLS, which leads `/r/` there (docker/Caddyfile), by the
    address of this page; else by EMOCLASSIFY_PUBLIC_API_URL, or as the page itself does."""
    address = urlsplit(st.context.url or "")
    if address.scheme == "https":
        return f"https://{address.netloc}"
    return os.environ.get("EMOCLASSIFY_PUBLIC_API_URL", "").rstrip("/") or api_url()


def local_minute(utc_iso: str, language: str) -> str:
    """A date and time, ISO 8601 in UTC, to the minute in the visitor's time zone and language."""
    time = datetime.fromisoformat(utc_iso)
    zone = st.context.timezone
    if zone:
        time = time.astimezone(ZoneInfo(zone))
    return numbers.minute(time, language)


def show_api_away(visit: Visit) -> None:
    """Shows that the API does not answer."""
    st.error(visit.texts["away"].format(url=plain(visit.client.url)), icon=":material/cloud_off:")
    st.caption(visit.texts["away_hint"])


def wait_for_api(visit: Visit) -> None:
    """Shows that the API does not answer, at once, and draws the page again as soon as it does."""
    is_known = True  # who calls this has just asked: to ask again first would double the time until it is told

    @st.fragment(run_every=_RETRY_S)
    def ask_again() -> None:
        nonlocal is_known
        if not is_known and _answers(visit):
            st.rerun()
        is_known = False
        show_api_away(visit)

    ask_again()


def _answers(visit: Visit) -> bool:
    try:
        visit.client.require_answer(_PATIENCE_S)
    except ApiAwayError:
        return False
    except ApiError:
        pass  # it answers, if only with a refusal
    return True


def draw_safely(draw: Draw, visit: Visit, on_away: Draw = wait_for_api) -> None:
    """Draws a part of the page; shows a message where the API is away, refuses or needs a key, or the page fails."""
    if KEYS.miss(st.context.cookies):
        _ask_for_key(visit.texts)
        return
    try:
        visit.client.require_answer(_PATIENCE_S)
        draw(visit)
    except ApiAwayError:
        on_away(visit)
    except ApiError as exc:
        show_refusal(exc, visit)
    except Exception:  # Streamlit would show it in English, with links to sites outside
        logger.exception("a part of the page was not drawn")
        st.error(visit.texts["broken"])


def show_refusal(error: ApiError, visit: Visit) -> None:
    """Shows why the API refused a call; asks for a key where one is needed."""
    texts = visit.texts
    if error.status in _FORBIDDEN:
        _ask_for_key(texts)
    elif error.status == _NOT_FOUND:
        st.warning(texts["gone"])
    else:
        st.error(texts["refused"].format(detail=in_words(message_of(error), visit.language)))


def message_of(error: ApiError) -> Message:
    """The message of the API in its refusal of a call."""
    return Message.from_problem({"code": error.code, "fields": error.fields, "detail": str(error)})


def why_failed(problem: dict[str, Any], visit: Visit) -> str:
    """Why a job failed, in words.

    Args:
        problem: the `error` of the job.
        visit: whose language it is told in.
    """
    return visit.texts["why_failed"].format(detail=in_words(Message.from_problem(problem), visit.language))


def _ask_for_key(texts: Texts) -> None:
    st.subheader(texts["key_title"], anchor=False)
    fault = st.query_params.get("key")
    if fault == NO_KEYS:
        st.error(texts["key_none"])
    else:
        if fault == WRONG_KEY:
            st.error(texts["key_wrong"])
        st.write(texts["key_why"])
    widgets.key(data={"label": texts["key_label"], "send": texts["key_send"]}, key="key_form")


def go(page: str, **params: Any) -> NoReturn:
    """Opens another page."""
    st.switch_page(st.session_state["pages"][page], query_params={name: str(value) for name, value in params.items()})
