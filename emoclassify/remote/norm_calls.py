"""The calls of the API's client on norms."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from emoclassify.remote.fieldwork_calls import FieldworkCalls


class NormCalls(FieldworkCalls):
    """What a client can do with norms: figures of films in earlier studies."""

    def norms(self) -> Sequence[dict[str, Any]]:
        """A line for each film, those added last at the end."""
        lines: Sequence[dict[str, Any]] = self._call("GET", "/v1/norms").json()["norms"]
        return lines

    def norms_file(self) -> str:
        """The same as the text of a file, which `add_norms` takes."""
        return str(self._call("GET", "/v1/norms.jsonl").text)

    def add_norms(self, text: str | bytes) -> int:
        """Adds the lines of a norms file; returns how many."""
        content = text.encode() if isinstance(text, str) else text
        headers = {"Content-Type": "application/x-ndjson"}
        return int(self._call("POST", "/v1/norms", content=content, headers=headers).json()["added"])

    def delete_norm(self, film: str) -> None:
        """Deletes the line of a film, by its `film`."""
        self._call("DELETE", f"/v1/norms/{quote(film, safe='')}")

    def add_study_to_norms(self, study_id: str, category: str = "") -> int:
        """Adds a line for each film of a study that enough people saw; returns how many. The plan is locked."""
        content = {"category": category}
        return int(self._call("POST", f"/v1/studies/{study_id}/norms", json=content).json()["added"])

    def standings(self, study_id: str, category: str = "") -> dict[str, Any]:
        """The films of a study among the norms; the look locks the plan.

        Args:
            study_id: of the study.
            category: only films of the same one are compared.
        """
        params = {"category": category}
        standings: dict[str, Any] = self._call("GET", f"/v1/studies/{study_id}/norms", params=params).json()
        return standings
