"""What `analyze` prints of each recording: the result in a few words, or as a line of JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from emoclassify.findings import CurveFindings
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.saved import read_overview
from emoclassify.overview import Overview
from emoclassify.recordings import Recording, printable
from emoclassify.usability import Verdict, usability_to_dict
from emoclassify.words.bases import Base
from emoclassify.words.numbers import clock, number, percent


def report(as_json: bool, recording: Recording, state: str, error: str | None = None) -> None:
    """Prints one line to stdout: the result in words, or as JSON for scripts."""
    facts: dict[str, Any] = {"path": str(recording.shown), "state": state, "error": error}
    if error is not None:
        if as_json:
            print(json.dumps(facts), flush=True)
        return
    overview = read_overview(recording.folder)
    warnings = [message.text for message in overview.warnings]
    usability = overview.findings.usability
    facts |= {"out": str(recording.folder), "counts": asdict(overview.counts), "warnings": warnings}
    facts["usability"] = usability_to_dict(usability)
    print(
        json.dumps(facts)
        if as_json
        else f"{printable(recording.shown)}: {state}: {answer(overview)} -> {printable(recording.folder)}",
        flush=True,
    )
    if not as_json:
        reasons = [reason.message.text for reason in usability.reasons]
        for line in [
            *([] if usability.is_usable else [usability.told("en"), *reasons]),
            *(means(overview) if overview.options.echo_mean else ()),
            *warnings,
        ]:
            print(f"    {line}", flush=True)


def answer(overview: Overview) -> str:
    """The finding of a recording in a few words."""
    findings, counts = overview.findings, overview.counts
    main, voice = findings.main, findings.voice
    parts = [] if findings.usability.is_usable else [str(findings.usability.verdict)]
    if counts.sampled:
        parts.append(f"face in {counts.with_face} of {counts.sampled} frames")
    is_told = findings.usability.verdict is not Verdict.NOT_USABLE
    if main is not None and main.person is not None and main.mean is not None and is_told:
        parts.append(_leading(main, overview))
    if main is not None and main.mean is not None and is_told and not overview.source.still:
        parts.append(_course(main))
    if overview.was_heard:
        stretches = len(overview.segments)
        parts.append(f"{stretches} stretch{'es' if stretches != 1 else ''} of speech")
    if voice is not None:
        parts.append(f"voice {voice.leading or 'cannot tell'}")
    return ", ".join(parts) or "nothing"


def _course(curve: CurveFindings) -> str:
    """When the valence is highest and lowest, as far as that stands out."""
    extremes = {"highest": curve.highest, "lowest": curve.lowest}
    times = [f"{name} at {clock(moment.time_s, 'en')}" for name, moment in extremes.items() if moment]
    return f"valence {' and '.join(times)}" if times else "no moment stands out"


def _leading(curve: CurveFindings, overview: Overview) -> str:
    """The emotion that leads longest, and how long; of a still picture, which has no time, the emotion alone."""
    top = curve.shares.ranked[0]
    if overview.source.still:
        return f"reads as {top}"
    shares = curve.shares.in_words(overview.options.emotion_groups, "en").emotions
    return f"{'mostly' if curve.is_mostly else 'most often'} {top} ({curve.base.of(shares[top], 'en')})"


def means(overview: Overview) -> Iterator[str]:
    """The lines of `--echo-mean`: the mean emotion of the whole recording, for each person, the voice and both."""
    findings = overview.findings
    for curve in findings.curves:
        if curve.person is not None and curve.mean is not None:
            score = f"{curve.dominant} {number(curve.mean.max(), 'en')}"
            over = "" if overview.source.still else f", over {_read(curve)}"
            yield f"Mean of person {curve.person}: {score}{over}."
    if (voice := findings.voice) is not None and voice.mean is not None:
        score = f"{voice.dominant or 'cannot tell'} {number(voice.mean.max(), 'en')}"
        yield f"Mean of the voice: {score}, over {_read(voice)}."
    if findings.both is not None:
        yield f"Both together: {EMOTIONS[int(findings.both.argmax())]} {number(findings.both.max(), 'en')}."


def _read(curve: CurveFindings) -> str:
    """How much of the recording was read."""
    return Base.RECORDING.of(percent(curve.shares.read, "en"), "en")
