"""Reads analysis.json as older versions wrote it: a user's results do not die with an update.

Each step turns the content of one schema into that of the next. A new schema adds its step here, and a file of the
schema before to tests/library/schemas/.
"""

from collections.abc import Callable
from typing import Any

from emoclassify.errors import ResultError
from emoclassify.words.older_sentences import of_sentence

SCHEMA = 3
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


def _messages(sentences: list[str]) -> list[dict[str, Any]]:
    return [of_sentence(sentence).to_dict() for sentence in sentences]


_STEPS: dict[Any, Callable[[Content], Content]] = {2: _from_2}
"""Schema -> what turns its content into that of the next."""
