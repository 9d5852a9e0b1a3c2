"""What a study's owner decides about the respondent's page, and the text that respondents agree to."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emoclassify.capture.questions import Question
from emoclassify.capture.quotas import Cell, cells_in
from emoclassify.capture.texts import DAYS, FILMS, several_in, texts_in
from emoclassify.errors import UsageError

CONSENT_VERSION = "2"
"""Of the sentences below, which a consent is kept with: a change of what they say gets a new one."""

BASELINE_S = 10.0
"""Of a cross before each film, which tells the person's neutral face."""

_MINUTES_BESIDE = 3.0
_ENDS = ("complete", "declined", "no_camera", "screened_out")


@dataclass(frozen=True)
class PageSettings:
    """The settings of one study's page.

    Attributes:
        title: of the study, for respondents.
        about: what its owner tells them before they agree; may be empty.
        contact: who is responsible, and how they are reached.
        microphone: whether it may be recorded, of those who allow it.
        scores_only: whether nothing is recorded: pictures are read one by one while people watch, and forgotten.
        keep_days: after how many days a person's recording goes with all that was read from it.
        films_each: how many films each person sees; None: all of the study.
        questions: asked after all films, or before them.
        cells: whom it wants, and how many of each; none: everybody.
        redirects: where the page leads at its end: complete, declined, no_camera, screened_out -> an https address,
            in which `{respondent}` stands for the person.
    """

    title: str
    contact: str
    about: str = ""
    microphone: bool = False
    scores_only: bool = False
    keep_days: int = 90
    films_each: int | None = None
    questions: tuple[Question, ...] = ()
    redirects: Mapping[str, str] | None = None
    cells: tuple[Cell, ...] = ()

    @classmethod
    def from_dict(cls, content: Mapping[str, Any], films: Sequence[str] | None = None) -> "PageSettings":
        """Those in a body of the API, whose kinds were checked.

        Args:
            content: field -> value.
            films: the ids of the study's; None: they are not checked, since the plan may have been changed since.

        Raises:
            UsageError: they do not fit; the sentence says why.
        """
        questions = tuple(Question.from_dict(one) for one in content.get("questions", ()))
        cells = cells_in(content.get("cells", ()), questions)
        settings = cls(**{**content, "questions": questions, "cells": cells})
        if films is not None and not 1 <= (settings.films_each or 1) <= len(films):
            raise UsageError("fieldwork_unfit", why=f"films_each: {settings.films_each} of {len(films)} films")
        if settings.scores_only and settings.microphone:
            raise UsageError("fieldwork_unfit", why="scores_only: the microphone is not recorded either")
        names = [question.id for question in settings.questions]
        columns = [column for question in settings.questions for column in question.columns(films or ())]
        for name, n in (Counter(names) | Counter(columns)).items():  # the more of both
            if n > 1:
                raise UsageError("question_columns_same", id=name)
        for end, address in (settings.redirects or {}).items():
            if end not in _ENDS or not address.startswith("https://"):
                raise UsageError("fieldwork_unfit", why=f"redirects: {', '.join(_ENDS)}, each an https address")
        return settings

    def questions_at(self, *, before: bool) -> tuple[Question, ...]:
        """Those asked before the films, or those after them."""
        return tuple(question for question in self.questions if question.before == before)

    def consent_sentences(self, lengths_s: Sequence[float], lang: str) -> list[str]:
        """What somebody agrees to, sentence by sentence.

        Args:
            lengths_s: of the films that they see, seconds.
            lang: of the text.
        """
        texts = texts_in(lang, scores_only=self.scores_only)
        minutes = round(sum(lengths_s) / 60 + len(lengths_s) * BASELINE_S / 60 + _MINUTES_BESIDE)
        way = "consent_films" if self.questions else "consent_films_alone"
        microphone = "consent_microphone" if self.microphone else "consent_no_microphone"
        return [
            *filter(None, [self.about]),
            texts[way].format(films=several_in(FILMS, len(lengths_s), lang), minutes=minutes),
            *(texts[name] for name in ("consent_camera", microphone, "consent_reading", "consent_place")),
            texts["consent_keep"].format(days=several_in(DAYS, self.keep_days, lang)),
            *(texts[name] for name in ("consent_free", "consent_withdraw", "consent_adult")),
            texts["consent_contact"].format(contact=self.contact),
        ]


def consent_sha256(sentences: Sequence[str]) -> str:
    """Of the text that somebody saw, so that it can be shown later which one it was."""
    return hashlib.sha256("\n".join(sentences).encode()).hexdigest()
