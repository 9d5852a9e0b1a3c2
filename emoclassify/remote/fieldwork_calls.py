"""The calls of the API's client with which a study collects recordings by links."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import httpx


class FieldworkCalls(ABC):
    """What a client can do with the fieldwork of a study."""

    @abstractmethod
    def _call(self, method: str, path: str, **content: Any) -> httpx.Response:
        """Calls the API; raises ApiError where it refuses."""

    def set_fieldwork(self, study_id: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Begins to collect by links, or changes, pauses or ends it.

        Args:
            study_id: of the study, whose films have recordings.
            settings: title and contact, and what else the API takes; `state`: open, paused or closed.
        """
        content: dict[str, Any] = self._call("PUT", f"/v1/studies/{study_id}/fieldwork", json=dict(settings)).json()
        return content

    def fieldwork(self, study_id: str) -> dict[str, Any]:
        """How a study collects by links."""
        content: dict[str, Any] = self._call("GET", f"/v1/studies/{study_id}/fieldwork").json()
        return content

    def make_invites(
        self, study_id: str, respondents: Sequence[str] = (), *, most: int = 100, days: int = 30
    ) -> list[dict[str, Any]]:
        """Makes links: one for each respondent, or one for anybody, by which `most` people take part.

        Returns:
            The invites; the `path` of each is its page on the server, and is told this once.
        """
        body = {"respondents": list(respondents), "most": most, "days": days}
        content: list[dict[str, Any]] = self._call("POST", f"/v1/studies/{study_id}/invites", json=body).json()[
            "invites"
        ]
        return content

    def invites(self, study_id: str) -> list[dict[str, Any]]:
        """The links of a study, without their paths."""
        content: list[dict[str, Any]] = self._call("GET", f"/v1/studies/{study_id}/invites").json()["invites"]
        return content

    def close_invite(self, study_id: str, invite_id: str) -> None:
        """Closes a link."""
        self._call("DELETE", f"/v1/studies/{study_id}/invites/{invite_id}")

    def funnel(self, study_id: str) -> dict[str, Any]:
        """How many people came how far, and why the others did not."""
        content: dict[str, Any] = self._call("GET", f"/v1/studies/{study_id}/funnel").json()
        return content
