"""One visit of the page: its language, its connection to the API, and what is said where that does not answer."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import streamlit as st

from emoclassify.remote.client import ApiAwayError, ApiError, Client
from emoclassify.words import numbers
from emoclassify.words.messages import Message
from emoclassify.words.texts import LANGUAGES
from webapp import widgets
from webapp.parts.texts import LANGUAGE_COOKIE, Texts, in_words, plain, texts_in
from webapp.server.access import KEYS
from webapp.server.connections import client_of

logger = logging.getLogger(__name__)

_LOOK_AGAIN_S = 2.0
_UNKNOWN, _FORBIDDEN = 404, (401, 403)


@dataclass(frozen=True)
class Visit:
    """What a page needs to be drawn."""

    language: str
    texts: Texts
    client: Client
    owner: str
    """Whose results are meant, so that none of another key are shown from memory; never shown or written."""

    def percent(self, share: float) -> str:
        """A share 0..1 in whole percent."""
        return numbers.percent(share, self.language)

    def number(self, value: float, digits: int = 2) -> str:
        """A number with so many decimals."""
        return numbers.number(value, self.language, digits)

    def clock(self, time_s: float) -> str:
        """A moment of a recording as m:ss, with tenths where it is no whole second."""
        return numbers.clock(time_s, self.language)

    def seconds(self, length_s: float) -> str:
        """A length in words."""
        return numbers.seconds(length_s, self.language)

    def size(self, size_bytes: float) -> str:
        """A size, in the unit that fits."""
        return numbers.size(size_bytes, self.language)

    @property
    def has_comma(self) -> bool:
        """Whether decimals are written with a comma: for the programs in the browser."""
        return numbers.with_decimal_mark(".", self.language) == ","


Draw = Callable[[Visit], None]


def choose_language() -> str:
    """The control that chooses the language; it is remembered in the browser, else that of the browser is taken."""
    if st.session_state.get("language") not in LANGUAGES:
        st.session_state["language"] = st.session_state.get("language_kept") or _first_language()
    language = st.segmented_control(
        " / ".join(dict.fromkeys(texts_in(language)["language"] for language in LANGUAGES)),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        label_visibility="collapsed",
        key="language",
        required=True,
    )
    st.session_state["language_kept"] = language  # a page that is not drawn to its end loses its controls' values
    return str(language)


def _first_language() -> str:
    kept = st.context.cookies.get(LANGUAGE_COOKIE, "")
    if kept in LANGUAGES:
        return kept
    asked = (st.context.locale or "").partition("-")[0]
    return asked if asked in LANGUAGES else "en"


def this_visit(language: str) -> Visit:
    """The visit with the language chosen, and the visitor's key, else the page's own."""
    url, key = api_url(), KEYS.of(st.context.cookies)
    return Visit(language, texts_in(language), client_of(url, key), f"{url}\n{key}")


def api_url() -> str:
    """The address of the API, from EMOCLASSIFY_API_URL."""
    return os.environ.get("EMOCLASSIFY_API_URL", "http://127.0.0.1:8000").rstrip("/")


def moment(text: str, language: str) -> str:
    """A moment in UTC as the reader's clock shows it, to the minute."""
    at = datetime.fromisoformat(text)
    zone = st.context.timezone
    if zone:
        at = at.astimezone(ZoneInfo(zone))
    return numbers.minute(at, language)


def tell_away(visit: Visit) -> None:
    """That the API does not answer."""
    st.error(visit.texts["away"].format(url=plain(visit.client.url)), icon=":material/cloud_off:")
    st.caption(visit.texts["away_hint"])


@st.fragment(run_every=_LOOK_AGAIN_S)
def wait_for_api(visit: Visit) -> None:
    """Says that the API does not answer, and draws the page anew when it does."""
    try:
        visit.client.page(limit=1)
    except ApiAwayError:
        tell_away(visit)
        return
    except ApiError:
        pass  # it is back
    st.rerun()


def guarded(draw: Draw, visit: Visit, away: Draw = wait_for_api) -> None:
    """Draws; says plainly where the API is away, refuses or asks for a key, and where the page itself is at fault."""
    try:
        draw(visit)
    except ApiAwayError:
        away(visit)
    except ApiError as exc:
        tell_refusal(exc, visit)
    except Exception:  # Streamlit would say it in English, and offer to send it to strangers
        logger.exception("a part of the page was not drawn")
        st.error(visit.texts["broken"])


def tell_refusal(error: ApiError, visit: Visit) -> None:
    """What the API did not want, in words."""
    texts = visit.texts
    if error.status in _FORBIDDEN:
        _ask_for_key(texts)
    elif error.status == _UNKNOWN:
        st.warning(texts["gone"])
    else:
        st.error(texts["refused"].format(detail=in_words(message_of(error), visit.language)))


def message_of(error: ApiError) -> Message:
    """What the API said when it refused a call."""
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
    if st.query_params.get("key") == "wrong":
        st.error(texts["key_wrong"])
    st.write(texts["key_why"])
    widgets.key(data={"label": texts["key_label"], "send": texts["key_send"]}, key="key_form")


def go(page: str, **params: Any) -> NoReturn:
    """Opens another page."""
    st.switch_page(st.session_state["pages"][page], query_params={name: str(value) for name, value in params.items()})
