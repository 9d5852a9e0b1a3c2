"""The tabs below the timeline of a result: shares, speech, report, downloads, and how sure the figures are."""

import html
from collections.abc import Iterable
from urllib.parse import quote

import pandas as pd
import streamlit as st

from emoclassify.colours import COLOURS
from emoclassify.labels import EMOTIONS
from emoclassify.outputs import registry
from emoclassify.outputs.names import PREVIEW, RECORDING, REPORT_PAGE
from emoclassify.overview import Overview
from emoclassify.remote.client import Job
from emoclassify.words.bases import Base
from emoclassify.words.texts import translation
from webapp import widgets
from webapp.parts.bars import BarPart, BarRow, draw_bars
from webapp.parts.calls import call_notes, call_sentences, call_table
from webapp.parts.outcome import CurveWithFindings
from webapp.parts.said import transcript
from webapp.parts.session import Visit
from webapp.parts.tables import draw_table
from webapp.parts.terms import linked
from webapp.parts.texts import plain

_REPORT_HEIGHT_PX = 900
_SHORT_ROWS, _LONG_PX = 15, 600
"""A table with more rows scrolls in a frame of this height."""


def draw_shares(overview: Overview, curve: CurveWithFindings | None, visit: Visit) -> None:
    """Draws how long each emotion leads; of a picture, its scores."""
    texts = visit.texts
    if curve is None:
        st.write(texts["says_no_face"] if overview.counts.sampled else texts["says_nothing"])
        return
    title = shares_title(overview, curve, visit)
    st.caption(linked(title, visit))
    draw_bars(title, share_rows(overview, curve, visit))


def shares_title(overview: Overview, curve: CurveWithFindings, visit: Visit) -> str:
    """What the bars are shares of, and how much of the recording that is; of a picture, that they are scores."""
    texts = visit.texts
    if overview.source.still:
        return texts["shares_title_still"]
    of_recording = Base.RECORDING.of(visit.percent(curve.findings.shares.read), visit.language)
    if curve.person is None:
        return f"{texts['shares_title_voice']}. {texts['shares_spoken'].format(of_recording=of_recording)}"
    return f"{texts['shares_title']}. {texts['shares_read'].format(of_recording=of_recording)}"


def share_rows(overview: Overview, curve: CurveWithFindings, visit: Visit) -> list[BarRow]:
    """A bar for each emotion: its share of the time that can be read; of a picture, its score."""
    if overview.source.still and curve.mean is not None:
        bars = [(float(score), visit.number(float(score))) for score in curve.mean]
    else:
        shares = curve.findings.shares
        in_words = shares.in_words(overview.options.emotion_groups, visit.language)
        bars = [(shares.share_of_read(emotion), in_words.emotions[emotion]) for emotion in EMOTIONS]
    return [
        BarRow(visit.texts[emotion], (BarPart(visit.texts[emotion], length, COLOURS[emotion], note),), note)
        for emotion, (length, note) in zip(EMOTIONS, bars, strict=True)
    ]


def draw_speech(overview: Overview, visit: Visit) -> None:
    """Draws a table of the stretches of speech, with the face beside the voice."""
    if not overview.was_heard:
        st.write(visit.texts["says_not_heard"])
    elif not overview.segments:
        st.write(visit.texts["says_silence"])
    else:
        table = speech_table(overview, visit)
        with st.container(height=_LONG_PX if len(table) > _SHORT_ROWS else "content", border=False):
            draw_table(table, visit)


def speech_table(overview: Overview, visit: Visit) -> pd.DataFrame:
    """A row for each stretch of speech; face and verdict only where the two were compared."""
    texts = visit.texts
    rows = []
    for segment in overview.segments:
        voice = segment.voice
        row = {
            texts["from"]: visit.clock(voice.span.start_s),
            texts["to"]: visit.clock(voice.span.end_s),
            texts["heard"]: texts[voice.answer] + (f" ({visit.number(voice.confidence)})" if voice.is_speech else ""),
        }
        if overview.was_compared:
            row[texts["seen"]] = texts[segment.face_dominant] if segment.face_dominant else "-"
            row[texts["verdict"]] = texts[segment.verdict] if segment.verdict else "-"
            row[texts["reason"]] = texts[segment.reason] if segment.reason else ""
        rows.append(row)
    return pd.DataFrame(rows)


def draw_call(overview: Overview, visit: Visit) -> None:
    """Draws how much each side of a call speaks, how its voice sounds, and why one is not scored."""
    draw_table(call_table(overview, visit), visit)
    for sentence in [*call_sentences(overview, visit), *call_notes(overview, visit)]:
        st.write(linked(sentence, visit))


def draw_words(overview: Overview, visit: Visit) -> None:
    """Draws what was said, to read along with the recording, and how sure that is."""
    st.caption(visit.texts["words_lead"])
    widgets.transcript(data=transcript(overview, visit), key="transcript")


def draw_report(job_id: str, files: dict[str, int], visit: Visit) -> None:
    """Draws the report, or a sentence where there is none."""
    if REPORT_PAGE not in files:
        st.write(visit.texts["no_report"].format(later=visit.texts["later"]))
        return
    st.iframe(f"/files/{job_id}/{REPORT_PAGE}", height=_REPORT_HEIGHT_PX)


def draw_downloads(job: Job, files: dict[str, int], visit: Visit) -> None:
    """Draws a link to every file, with what the file is for."""
    texts = visit.texts
    st.write(texts["downloads_lead"])
    links = [_link(job, "artifacts.zip", texts["all_files"], None, visit)]
    links += [_link(job, name, meaning(name, visit), files[name], visit) for name in in_order(files)]
    st.html(f'<table style="border-collapse: collapse">{"".join(links)}</table>')


def in_order(names: Iterable[str]) -> list[str]:
    """File names in the order of the registry; the recording just before its preview, unknown files last."""
    order = registry.file_names()
    order.insert(order.index(PREVIEW), RECORDING)
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))


def meaning(name: str, visit: Visit) -> str:
    """What a file is for."""
    if name == RECORDING:
        return visit.texts["file_recording"]
    return registry.meaning_of(name, visit.language) or visit.texts["file_other"]


def _link(job: Job, name: str, description: str, size_bytes: int | None, visit: Visit) -> str:
    download_name = job["name"] if name == RECORDING else name
    label, cell = html.escape(download_name), '<td style="padding: 0.4rem 1rem 0.4rem 0; vertical-align: top">'
    link = f'<a href="/files/{job["id"]}/{name}?download={quote(download_name)}" download="{label}">{label}</a>'
    return f"<tr>{cell}{link}</td>{cell}{html.escape(description)}{_size(size_bytes, visit)}</td></tr>"


def _size(size_bytes: int | None, visit: Visit) -> str:
    return "" if size_bytes is None else f", {visit.size(size_bytes)}"


def draw_about(overview: Overview, visit: Visit) -> None:
    """Draws how far the figures can be trusted: the warnings, the models, and what was counted."""
    texts = visit.texts
    st.write(linked(texts["about_scores"], visit))
    if overview.warnings:
        lines = (f"- {linked(warning.in_language(visit.language), visit)}" for warning in overview.warnings)
        st.warning("\n".join([f"{texts['warnings']}:", "", *lines]))
    st.subheader(texts["models"], anchor=False)
    draw_table(models_table(overview, visit), visit)
    if any(model.commercial_use is False for model in overview.models):
        st.write(texts["commercial_own"])
    st.subheader(texts["facts"], anchor=False)
    counts = overview.counts
    facts = {
        texts["fact_length"]: visit.seconds(overview.end_s),
        texts["fact_looked"]: counts.sampled,
        texts["fact_with_face"]: counts.with_face,
        texts["fact_doubtful"]: counts.doubtful,
        texts["fact_persons"]: counts.persons,
    }
    st.markdown("\n".join(f"- {linked(name, visit)}: {plain(str(value))}" for name, value in facts.items()))


def models_table(overview: Overview, visit: Visit) -> pd.DataFrame:
    """A row for each model and each set of labelled data on which its accuracy was measured."""
    texts, translate = visit.texts, translation(visit.language).gettext
    rows = []
    for model in overview.models:
        terms = translate(model.licence) + (f" ({texts['commercial_no']})" if model.commercial_use is False else "")
        row = {texts["model"]: model.name, texts["purpose"]: translate(model.purpose)}
        for score in (model.scores.sets if model.scores else ()) or (None,):
            figures = {texts["measured_on"]: "", texts["accuracy"]: "", texts["macro_f1"]: ""}
            if score is not None:
                corpus, comma, part = score.set.partition(", ")
                figures[texts["measured_on"]] = f"{corpus}{comma}{part and translate(part)} (n = {score.n})"
                figures[texts["accuracy"]] = visit.percent(score.accuracy)
                figures[texts["macro_f1"]] = visit.number(score.macro_f1)
            rows.append({**row, **figures, texts["licence"]: terms})
    return pd.DataFrame(rows)
