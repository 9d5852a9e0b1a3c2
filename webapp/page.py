"""The web page: `streamlit run webapp/page.py`. Uploads a recording to the API and shows what was found."""

import json

import streamlit as st

from webapp.curves import BIN_S, bars, chart, steps
from webapp.service import RefusedError, ServiceAwayError, analyze
from webapp.summary import Findings, Texts, persons, sentence, series_csv, voice_table
from webapp.texts import LANGUAGES, TEXTS

_ENDINGS = "mp4 m4v mov mkv webm avi mpg mpeg wav mp3 m4a flac ogg oga ogv opus jpg jpeg png webp bmp".split()
_DEFAULT_FPS = 5


def main() -> None:
    """Draws the page; Streamlit calls it anew after every action of the reader."""
    st.set_page_config(page_title="EmoClassify", layout="centered")
    texts = TEXTS[_language()]
    st.title("EmoClassify", anchor=False)
    st.write(texts["intro"])
    _ask(texts)
    if "answer" in st.session_state:
        _show(st.session_state["answer"], texts)


def _language() -> str:
    wanted = (st.context.locale or "").startswith("ru")
    return st.radio(
        "Language / Язык",
        list(LANGUAGES),
        index=int(wanted),
        format_func=LANGUAGES.__getitem__,
        horizontal=True,
        label_visibility="collapsed",
        key="language",
    )


def _ask(texts: Texts) -> None:
    recording = st.file_uploader(texts["file"], type=_ENDINGS, key="recording")
    fields = {
        "double_check": str(st.checkbox(texts["double_check"], key="double_check")).lower(),
        "faces": "all" if st.checkbox(texts["all_faces"], key="all_faces") else "largest",
        "sample_fps": str(st.slider(texts["sample_fps"], 1, 25, _DEFAULT_FPS, key="sample_fps")),
    }
    if not st.button(texts["start"], type="primary", disabled=recording is None, key="start") or recording is None:
        return
    st.session_state.pop("answer", None)
    try:
        with st.spinner(texts["working"], show_time=True):
            st.session_state["answer"] = analyze(recording.name, recording, fields)
    except ServiceAwayError as exc:
        st.error(texts["away"].format(url=exc))
    except RefusedError as exc:
        st.error(texts["refused"].format(detail=_plain(str(exc))))


def _show(answer: str, texts: Texts) -> None:
    found: Findings = json.loads(answer)
    name = found["source"]["name"]
    st.header(_plain(name), anchor=False, divider=True)
    st.write(sentence(found, texts))
    _show_faces(found, texts)
    _show_voice(found, texts)
    if found["warnings"]:
        st.warning("\n".join([texts["warnings"] + ":", "", *(f"- {_plain(line)}" for line in found["warnings"])]))
    left, right = st.columns(2)
    left.download_button(texts["json"], answer, f"{name}.analysis.json", "application/json", key="json")
    if found["series"]:
        right.download_button(texts["csv"], series_csv(found), f"{name}.series.csv", "text/csv", key="csv")


def _show_faces(found: Findings, texts: Texts) -> None:
    seen = persons(found)
    if not seen:
        return
    still = found["source"]["still"]
    st.subheader(texts["face"] if still else texts["chart"], anchor=False)
    person = seen[0]
    if len(seen) > 1:
        person = st.radio(texts["person"], seen, horizontal=True, key="person")
    table = steps(found, person)
    if still:
        st.altair_chart(bars(table, texts), width="stretch")
        return
    st.altair_chart(chart(table, texts), width="stretch")
    st.caption(texts["chart_help"])
    step_s = table["end_s"].iloc[0] - table["start_s"].iloc[0]
    if step_s > BIN_S:
        st.caption(texts["merged"].format(seconds=f"{step_s:g}"))


def _show_voice(found: Findings, texts: Texts) -> None:
    if found["voice"] is None:
        return
    st.subheader(texts["voice"], anchor=False)
    table = voice_table(found, texts)
    if table.empty:
        st.write(texts["no_speech"])
    else:
        st.dataframe(table, hide_index=True, width="stretch")


def _plain(text: str) -> str:
    """The text with nothing in it that Streamlit would take for markup."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()<>#+-.!|$~:&" else letter for letter in text)


if __name__ == "__main__":
    main()
