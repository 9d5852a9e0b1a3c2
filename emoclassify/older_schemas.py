"""Reads analysis.json as older versions wrote it: a user's results do not die with an update.

Each step turns the content of one schema into that of the next. A new schema adds its step here, and a file of the
schema before to tests/library/schemas/.
"""

from collections.abc import Callable
from typing import Any

from emoclassify.analysis_parts import scores_from_list
from emoclassify.errors import ResultError
from emoclassify.verdicts import CANNOT_TELL, verdict_of
from emoclassify.words.older_sentences import of_sentence

SCHEMA = 4
"""Counts the changes of analysis.json that a reader would notice."""

Content = dict[str, Any]


def to_this_schema(content: Content) -> Content:
    """The content of an analysis.json in the schema of this version.

    Raises:
        ResultError: its schema is neither this one nor an older one that is still read.
    """
    while content.get("schema") != SCHEMA:
        step = _STEPS.get(content.get("schema"))
        if step is None:
            raise ResultError("schema_unknown", schema=str(content.get("schema")), wanted_schema=SCHEMA)
        content = step(content)
    return content


def _from_2(content: Content) -> Content:
    """Warnings and notes were sentences; since then they are messages."""
    source = {**content["source"], "notes": _messages(content["source"]["notes"])}
    return {**content, "schema": 3, "source": source, "warnings": _messages(content["warnings"])}


def _from_3(content: Content) -> Content:
    """A neutral voice or face beside an emotion was "differ", and so were two emotions of the same side."""
    segments = content["segments"]
    return {**content, "schema": 4, "segments": None if segments is None else list(map(_judged, segments))}


def _judged(segment: Content) -> Content:
    """A stretch of speech with the verdict of now; one that nothing could be told of stays so, for the same reason."""
    if segment["verdict"] in (None, CANNOT_TELL):
        return segment
    verdict, reason = verdict_of(*(scores_from_list(segment[name]) for name in ("scores", "face_scores")))
    return {**segment, "verdict": verdict, "reason": reason}


def _messages(sentences: list[str]) -> list[dict[str, Any]]:
    return [of_sentence(sentence).to_dict() for sentence in sentences]


_STEPS: dict[Any, Callable[[Content], Content]] = {2: _from_2, 3: _from_3}
"""Schema -> what turns its content into that of the next."""
