"""The calls with which a study's owner collects recordings by links."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from api.access import caller
from api.fieldwork_schemas import FieldworkIn, FieldworkOut, FunnelOut, InvitesIn, InvitesMadeOut, InvitesOut
from api.problems import problem_error, refused_as_422
from api.schemas import datetime_of
from api.studies import no_content, study_or_404
from emoclassify.capture.funnel import funnel_of
from emoclassify.capture.quotas import n_by_cell
from emoclassify.capture.settings import PageSettings
from emoclassify.job_states import FieldworkState
from emoclassify.jobs.fieldwork import Invite
from emoclassify.jobs.job import DAY_S
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.studies import StoredStudy


def fieldwork_calls(service: Jobs) -> APIBlueprint:
    """GET and PUT of a study's fieldwork; its invites and its funnel."""
    calls = APIBlueprint("fieldwork", __name__, url_prefix="/v1/studies/<study_id>", tag="fieldwork")

    @calls.get("/fieldwork")
    @calls.output(FieldworkOut)
    @calls.doc(summary="How a study collects by links", operation_id="fieldwork")
    def show(study_id: str) -> dict[str, Any]:
        """Its state, and what respondents are told and asked."""
        return _content(service, study_or_404(service, study_id).id)

    @calls.put("/fieldwork")
    @calls.input(FieldworkIn, location="json", arg_name="content")
    @calls.output(FieldworkOut)
    @calls.doc(summary="Begin, change, pause or end it", operation_id="set_fieldwork")
    def put(study_id: str, content: dict[str, Any]) -> dict[str, Any]:
        """Replaces both. Every film of the plan needs its recording. `paused` and `closed` let nobody new in; who is
        watching goes on."""
        study = study_or_404(service, study_id)
        state = FieldworkState(content.pop("state"))
        if state is FieldworkState.OPEN:
            _require_films(service, study)
        with refused_as_422():
            PageSettings.from_dict(content, [str(film["id"]) for film in study.plan["stimulus"]])
        service.fieldwork.set(study.id, state, content)
        return _content(service, study.id)

    @calls.post("/invites")
    @calls.input(InvitesIn, location="json", arg_name="content")
    @calls.output(InvitesMadeOut, status_code=201)
    @calls.doc(summary="Make links", operation_id="make_invites")
    def make(study_id: str, content: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """One for each of `respondents`, or one for anybody, by which `most` people take part. A `token` is shown once;
        the link is `/r/TOKEN` of this server, with `?pid=` of a panel where it is one for anybody."""
        study = study_or_404(service, study_id)
        _content(service, study.id)
        # Without spaces around them, which the tables of a study leave out.
        people = list(dict.fromkeys(name.strip() for name in content["respondents"])) or [""]
        most = 1 if content["respondents"] else content["most"]
        expires_at = service.clock() + content["days"] * DAY_S
        pairs = service.fieldwork.add_invites(study.id, people, most=most, expires_at=expires_at)
        return {"invites": [{**_invite(one, 0), "token": token, "path": f"/r/{token}"} for one, token in pairs]}, 201

    @calls.get("/invites")
    @calls.output(InvitesOut)
    @calls.doc(summary="List the links", operation_id="invites")
    def invites(study_id: str) -> dict[str, Any]:
        """Without their tokens, which nobody keeps. Who is deleted from the study, or whose recording cannot be read,
        does not count in `n`: their place is free again."""
        study = study_or_404(service, study_id)
        n_by_link = service.sittings.n_by_link(study.id)
        return {"invites": [_invite(one, n_by_link.get(one.id, 0)) for one in service.fieldwork.invites(study.id)]}

    @calls.delete("/invites/<invite_id>")
    @calls.output({}, status_code=204)
    @calls.doc(summary="Close a link", operation_id="close_invite")
    def close(study_id: str, invite_id: str) -> Response:
        """It opens nothing any more."""
        if not service.fieldwork.close_invite(study_or_404(service, study_id).id, invite_id):
            raise problem_error(404, "invite_unknown")
        return no_content()

    @calls.get("/funnel")
    @calls.output(FunnelOut)
    @calls.doc(summary="How many people came how far", operation_id="funnel")
    def funnel(study_id: str) -> dict[str, Any]:
        """Counts by step, why the others stand where they stand, and how full each cell is."""
        study = study_or_404(service, study_id)
        sittings = service.sittings.find(study.id)
        jobs = {one.id: job for one in sittings if (job := service.store.get(one.id, study.owner))}
        counts = funnel_of(service.fieldwork.invites(study.id), sittings, jobs, service.clock())
        last_seen = max((one.seen_at for one in sittings), default=None)
        return {**counts, "cells": _cells(service, study.id), "seen_at": datetime_of(last_seen)}

    return calls


def _require_films(service: Jobs, study: StoredStudy) -> None:
    for film in study.plan["stimulus"]:
        job = service.store.get(str(film.get("file", "")), caller().owner)
        if job is None or not job.has_video or not job.upload_kept:
            raise problem_error(422, "film_without_recording", film=str(film["id"])[:40])


def _cells(service: Jobs, study_id: str) -> list[dict[str, Any]]:
    fieldwork = service.fieldwork.get(study_id)
    if fieldwork is None:
        return []
    cells = PageSettings.from_dict(fieldwork[1]).cells
    counts = n_by_cell(cells, service.sittings.answers_of(study_id))
    return [{"name": cell.name, "most": cell.most, "n": counts[cell.name]} for cell in cells]


def _content(service: Jobs, study_id: str) -> dict[str, Any]:
    fieldwork = service.fieldwork.get(study_id)
    if fieldwork is None:
        raise problem_error(404, "fieldwork_missing")
    state, settings = fieldwork
    return {"state": state.value, **settings}


def _invite(invite: Invite, n: int) -> dict[str, Any]:
    times = {name: datetime_of(getattr(invite, name)) for name in ("created_at", "expires_at", "closed_at")}
    return {"id": invite.id, "respondent": invite.respondent, "most": invite.most, "n": n, **times}
