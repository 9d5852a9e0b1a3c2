"""The calls of the API's client on studies."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from emoclassify.remote.norm_calls import NormCalls

Study = dict[str, Any]
"""A study as the API describes it: id, title, plan and more."""


class StudyCalls(NormCalls):
    """What a client can do with studies."""

    def make_study(self, title: str, plan: Mapping[str, Any]) -> Study:
        """Makes a study.

        Args:
            title: for people.
            plan: what study.toml has; `file` of a stimulus is the id of a job whose upload is the film.
        """
        return self._study("POST", "/v1/studies", json={"title": title, "plan": plan})

    def studies(self) -> Sequence[Study]:
        """All studies, the newest first."""
        studies: Sequence[Study] = self._call("GET", "/v1/studies").json()["studies"]
        return studies

    def study(self, study_id: str) -> Study:
        """Title and plan of a study, and whether somebody looked at its results."""
        return self._study("GET", f"/v1/studies/{study_id}")

    def change_study(self, study_id: str, title: str, plan: Mapping[str, Any], webhook_url: str | None = None) -> Study:
        """Replaces title and plan; after somebody looked at results, another plan is noted in `changes`.

        Args:
            study_id: of the study.
            title: for people.
            plan: as `make_study` takes it.
            webhook_url: told of all results from now on, empty: nobody; None: who is told stays.
        """
        content = {"title": title, "plan": plan, "webhook_url": webhook_url}
        return self._study("PUT", f"/v1/studies/{study_id}", json=content)

    def add_parcel(self, study_id: str, parcel: Mapping[str, Any]) -> Study:
        """Notes recordings that are on their way to a study: token, the batch of their jobs, n, and more."""
        return self._study("POST", f"/v1/studies/{study_id}/parcels", json=dict(parcel))

    def remove_parcel(self, study_id: str, token: str) -> None:
        """Says that the recordings of a parcel have joined, or never will."""
        self._call("DELETE", f"/v1/studies/{study_id}/parcels/{quote(token, safe='')}")

    def viewings(self, study_id: str) -> Sequence[dict[str, str]]:
        """Who saw which film in which recording: rows as `set_viewings` takes them."""
        rows: Sequence[dict[str, str]] = self._call("GET", f"/v1/studies/{study_id}/viewings").json()["viewings"]
        return rows

    def participants(self, study_id: str) -> Sequence[dict[str, str]]:
        """The people with their groups and outcomes: rows as `set_participants` takes them."""
        path = f"/v1/studies/{study_id}/participants"
        rows: Sequence[dict[str, str]] = self._call("GET", path).json()["participants"]
        return rows

    def set_viewings(self, study_id: str, viewings: Sequence[Mapping[str, Any]] | str) -> None:
        """Replaces the viewings: rows with recording (the id of a job), respondent, stimulus, start_s, person and
        place, or the text of such a table."""
        self._put_table(study_id, "viewings", viewings)

    def set_participants(self, study_id: str, participants: Sequence[Mapping[str, Any]] | str) -> None:
        """Replaces the people: rows with respondent, groups and outcomes, or the text of such a table."""
        self._put_table(study_id, "participants", participants)

    def scenes(self, study_id: str) -> Sequence[dict[str, str]]:
        """The scenes of all films: rows as `set_scenes` takes them."""
        rows: Sequence[dict[str, str]] = self._call("GET", f"/v1/studies/{study_id}/scenes").json()["scenes"]
        return rows

    def set_scenes(self, study_id: str, scenes: Sequence[Mapping[str, Any]] | str) -> None:
        """Replaces the scenes: rows with stimulus, scene, start_s, end_s and name, or the text of such a table."""
        self._put_table(study_id, "scenes", scenes)

    def _put_table(self, study_id: str, field: str, rows: Sequence[Mapping[str, Any]] | str) -> None:
        path = f"/v1/studies/{study_id}/{field}"
        if isinstance(rows, str):
            self._call("PUT", path, content=rows.encode(), headers={"Content-Type": "text/csv"})
        else:
            self._call("PUT", path, json={field: list(rows)})

    def compute_study(self, study_id: str, webhook_url: str = "", **outputs: str | bool) -> dict[str, Any]:
        """Queues the job that computes the results; wait for it, then download its files.

        Args:
            study_id: of the study.
            webhook_url: told of the end; empty: nobody is.
            outputs: what is made of them: report ("docx,pdf,html,pptx"), make_graph, xlsx, lang.
        """
        content = {"webhook_url": webhook_url, **outputs}
        job: dict[str, Any] = self._call("POST", f"/v1/studies/{study_id}/results", json=content).json()
        return job

    def study_results(self, study_id: str) -> dict[str, Any]:
        """The content of panel.json; the first look locks the plan."""
        panel: dict[str, Any] = self._call("GET", f"/v1/studies/{study_id}/results").json()
        return panel

    def delete_respondent(self, study_id: str, respondent: str) -> None:
        """Removes one person, with the recordings in which nobody else is; the results are computed anew."""
        self._call("DELETE", f"/v1/studies/{study_id}/respondents/{quote(respondent, safe='')}")

    def delete_study(self, study_id: str) -> None:
        """Removes a study with its results, and the recordings that no other study has."""
        self._call("DELETE", f"/v1/studies/{study_id}")

    def _study(self, method: str, path: str, **content: Any) -> Study:
        study: Study = self._call(method, path, **content).json()
        return study
