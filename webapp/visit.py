"""One visit of the page: its language, its connection to the API, and what is said where that does not answer."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import streamlit as st

from emoclassify.client import ApiAwayError, ApiError, Client
from webapp import widgets
from webapp.access import KEYS
from webapp.connections import client_of
from webapp.texts import LANGUAGE_COOKIE, LANGUAGES, TEXTS, Texts, message, number, percent, plain

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
        return percent(share, self.language)

    def number(self, value: float, digits: int = 2) -> str:
        """A number with so many decimals."""
        return number(value, self.language, digits)


def choose_language() -> str:
    """The control that chooses the language; it is remembered in the browser, else that of the browser is taken."""
    if st.session_state.get("language") not in LANGUAGES:
        st.session_state["language"] = st.session_state.get("language_kept") or _first_language()
    language = st.segmented_control(
        "Language / Язык",
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
    return "ru" if (st.context.locale or "").startswith("ru") else "en"


def this_visit(language: str) -> Visit:
    """The visit with the language chosen, and the visitor's key, else the page's own."""
    url, key = api_url(), KEYS.of(st.context.cookies)
    return Visit(language, TEXTS[language], client_of(url, key), f"{url}\n{key}")


def api_url() -> str:
    """The address of the API, from EMOCLASSIFY_API_URL."""
    return os.environ.get("EMOCLASSIFY_API_URL", "http://127.0.0.1:8000").rstrip("/")


def readable(chart: Any) -> Any:
    """A chart whose words stand out from the page's ground: Streamlit's own grey does not at 4.5 to 1."""
    axis = {"labelColor": ink(), "titleColor": ink(), "labelFontSize": 13, "titleFontSize": 13}
    return chart.configure_axis(**axis).configure_legend(labelColor=ink(), labelFontSize=13)


def ink() -> str:
    """The colour of words in charts."""
    return "#e6e6e6" if st.context.theme.type == "dark" else "#333333"


def guarded(draw: Callable[[Visit], None], visit: Visit) -> None:
    """Draws; says plainly where the API is away, refuses, or asks for a key."""
    try:
        draw(visit)
    except ApiAwayError:
        _away(visit)
    except ApiError as exc:
        tell_refusal(exc, visit)


def tell_refusal(error: ApiError, visit: Visit) -> None:
    """What the API did not want, in words."""
    texts = visit.texts
    if error.status in _FORBIDDEN:
        _ask_for_key(texts)
    elif error.status == _UNKNOWN:
        st.warning(texts["gone"])
    else:
        st.error(texts["refused"].format(detail=message(str(error), visit.language)))


def tell_away(visit: Visit) -> None:
    """That the API does not answer."""
    st.error(visit.texts["away"].format(url=plain(visit.client.url)), icon=":material/cloud_off:")
    st.caption(visit.texts["away_hint"])


@st.fragment(run_every=_LOOK_AGAIN_S)
def _away(visit: Visit) -> None:
    try:
        visit.client.page(limit=1)
    except ApiAwayError:
        tell_away(visit)
        return
    except ApiError:
        pass  # it is back
    st.rerun()


def _ask_for_key(texts: Texts) -> None:
    st.subheader(texts["key_title"], anchor=False)
    if st.query_params.get("key") == "wrong":
        st.error(texts["key_wrong"])
    st.write(texts["key_why"])
    widgets.key(data={"label": texts["key_label"], "send": texts["key_send"]}, key="key_form")


def go(page: str, **params: Any) -> NoReturn:
    """Opens another page."""
    st.switch_page(st.session_state["pages"][page], query_params={name: str(value) for name, value in params.items()})
