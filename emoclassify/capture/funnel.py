"""How many people came how far, and why the others did not."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from emoclassify.job_states import FUNNEL, INVITED, USABLE, JobState, Step
from emoclassify.jobs.fieldwork import Invite
from emoclassify.jobs.job import Job
from emoclassify.jobs.sittings import ACTIVE_S, Sitting
from emoclassify.usability import Verdict

LEFT, ACTIVE, FAILED, WAITING = "left", "active", "failed", "waiting"
"""Why somebody stands where they stand, beside `sittings.Stop`: gone without a word; still there; the recording could
not be read; it is not read yet."""


def funnel_of(
    invites: Sequence[Invite], sittings: Sequence[Sitting], jobs: Mapping[str, Job], now: float
) -> dict[str, Any]:
    """The counts of a study.

    Args:
        invites: its links.
        sittings: those who opened one.
        jobs: id of a sitting -> the job of its recording, where there is one.
        now: seconds since 1970.

    Returns:
        `steps`: how many came at least so far, of each of FUNNEL; `reasons`: step -> reason -> how many stand there.
    """
    reasons: dict[str, Counter[str]] = {name: Counter() for name in FUNNEL}
    n_reached: Counter[str] = Counter()
    for sitting in sittings:
        reached, reason = _place_of(sitting, jobs.get(sitting.id), now)
        n_reached.update(FUNNEL[: FUNNEL.index(reached) + 1])
        if reason:
            reasons[reached][reason] += 1
    n_own = sum(bool(invite.respondent) for invite in invites)
    own_ids = {invite.id for invite in invites if invite.respondent}
    n_shared = len({sitting.id for sitting in sittings if sitting.invite_id not in own_ids})
    n_reached[INVITED] = n_own + n_shared
    return {
        "steps": {name: n_reached[name] for name in FUNNEL},
        "reasons": {name: dict(counter) for name, counter in reasons.items() if counter},
    }


def _place_of(sitting: Sitting, job: Job | None, now: float) -> tuple[str, str]:
    """The furthest step of a person, and why they go no further; an empty reason at the end of the way."""
    if sitting.reason and job is None:
        return sitting.step, sitting.reason
    if job is None:
        return sitting.step, LEFT if now - sitting.seen_at > ACTIVE_S else ACTIVE
    if not job.ended or job.state == JobState.CANCELED:
        return Step.UPLOADED, WAITING
    if job.state == JobState.FAILED:
        return Step.UPLOADED, FAILED
    usability = (job.summary or {}).get("usability", {})
    if usability.get("verdict") == Verdict.NOT_USABLE:
        return Step.UPLOADED, next(iter(_names(usability.get("reasons", ()))), FAILED)
    return USABLE, ""


def _names(reasons: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (str(reason["name"]) for reason in reasons)
