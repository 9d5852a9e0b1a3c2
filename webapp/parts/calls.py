"""What the page shows of a call: the turns of each role below the curves, and a table with sentences."""

from typing import Any

import pandas as pd

from emoclassify.colours import PERSON_COLOURS
from emoclassify.outputs.document.words import Words, printable
from emoclassify.outputs.headlines import headline
from emoclassify.outputs.report.call import all_role_findings, at_once, roles_table, why_not_scored
from emoclassify.overview import Overview
from webapp.parts.session import Visit

_INTERRUPTS = "falling"
"""The widget's pattern of lines over a turn that begins while another speaks."""


def turn_strips(overview: Overview, visit: Visit) -> list[dict[str, Any]]:
    """A strip with the turns of each role; none where the recording is no call."""
    talk, texts = overview.talk, visit.texts
    if talk is None:
        return []
    strips = []
    for i, shares in enumerate(talk.shares):
        name, colour = printable(shares.role), PERSON_COLOURS[i % len(PERSON_COLOURS)]
        turns = [
            {
                "start_s": turn.span.start_s,
                "end_s": turn.span.end_s,
                "colour": colour,
                "text": texts["turn_interrupts" if turn.interrupts else "turn"].format(role=name),
                "pattern": _INTERRUPTS if turn.interrupts else None,
            }
            for turn in talk.turns
            if turn.role == shares.role
        ]
        keys = [{"label": texts["turn"].format(role=name), "colour": colour}]
        if shares.n_interruptions:
            label = texts["turn_interrupts"].format(role=name)
            keys.append({"label": label, "colour": colour, "pattern": _INTERRUPTS})
        label = texts["turns_of"].format(role=name, share=visit.percent(shares.share))
        strips.append({"label": label, "segments": turns, "keys": keys})
    return strips


def call_table(overview: Overview, visit: Visit) -> pd.DataFrame:
    """A row for each role, as in the report; for calls alone."""
    assert overview.talk is not None
    groups = overview.options.emotion_groups
    table = roles_table(overview.roles, overview.talk, overview.findings, groups, Words(visit.language))
    return pd.DataFrame(table.rows, columns=list(table.header))


def call_sentences(overview: Overview, visit: Visit) -> list[str]:
    """Who speaks most, and what each voice that was read sounds like."""
    most = headline("call", overview, visit.language)
    voices = all_role_findings(overview.findings, overview.options.emotion_groups, Words(visit.language))
    return [*([f"{most}."] if most else []), *voices]


def call_notes(overview: Overview, visit: Visit) -> list[str]:
    """What the report says of overlap and silence, and why somebody is not scored; for calls alone."""
    assert overview.talk is not None
    words = Words(visit.language)
    return list(filter(None, [at_once(overview.talk, words), why_not_scored(overview.roles, words)]))
