"""A whole study on a server: made people who smile in one scene of film B, read by a stand-in for the analysis."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from emoclassify.analysis import Analysis
from emoclassify.media.nouns import VideoInfo
from emoclassify.remote.client import Client
from tests.support.made import even, portrait, tone, write_video
from tests.support.panels import FILM_S, SCENE, START_S, viewing
from tests.support.serving import StandIn, served

FILMS = ("A", "B")
WAVES = ("2026-05-15", "2026-05-01")
"""The days on which every other person sees both films."""

SMILE, UNSEEN = 0.5, "r2"
"""How much people smile in the scene of B; whose recording of A shows nobody."""

PLAN: dict[str, Any] = {
    "measures": ["happy", "valence"],
    "share_above": 0.4,
    "comparison": [{"films": ["A", "B"]}, {"film": "B", "column": "sex", "groups": ["men", "women"]}],
    "episode": [{"measure": "happy", "share": 0.5, "for_s": 2.0}],
    "outcome": [{"column": "liking"}],
}

PICTURE = VideoInfo(0, "h264", 320, 240, 0, False, 1.0, 5.0, 0.0)


class People(StandIn):
    """In the place of the analysis: who it is and which film they see stands in the name of the recording."""

    def analyze(self, path: Path, folder: Path, *arguments: Any, name: str = "", **named: Any) -> list[Path]:
        self._analysis = analysis_of(name)
        return super().analyze(path, folder, *arguments, name=name, **named)


def analysis_of(name: str) -> Analysis:
    """What a person shows in a recording called rN_FILM.mp4; of anything else what one shows who never smiles."""
    person, _, film = Path(name).stem.partition("_")
    rng = np.random.default_rng(sum(map(ord, name)))
    rest = float(np.random.default_rng(sum(map(ord, person))).uniform(0.05, 0.2))
    made = viewing(smile=SMILE * rng.uniform(0.8, 1.0) if film == "B" else 0.0, rest=rest, rng=rng)
    is_film = not film
    return replace(made, source=replace(made.source, video=PICTURE)) if is_film else made


def film_file(folder: Path, name: str) -> Path:
    """A film that browsers play, as long as the plan says: a face that moves."""
    faces = [portrait(at_xy=(i, 0)) for i in range(20)]
    frames = even([faces[i % 20] for i in range(int(5 * FILM_S))], fps=5)
    return write_video(folder / f"{name}.mp4", frames, sound=(0.0, tone(FILM_S)))


def make_study(url: str, folder: Path, n: int, plan: dict[str, Any] | None = None) -> str:
    """Hands everything in, has it computed by the server's worker, and looks at it; the id of the study."""
    seconds = int(FILM_S + 2 * START_S)
    recording = write_video(folder / "recording.mp4", even([portrait()] * seconds, fps=1))
    with Client(url, key="") as client:
        films = {name: client.submit(film_file(folder, name))["id"] for name in FILMS}
        rows = []
        for number in range(1, n + 1):
            for film in FILMS:
                content = io.BytesIO(recording.read_bytes() + bytes([number % 256, number // 256, ord(film)]))
                job_id = client.submit(content, name=f"r{number}_{film}.mp4")["id"]
                cells = {"recording": job_id, "respondent": f"r{number}", "stimulus": film, "start_s": START_S}
                cells["wave"] = WAVES[number % len(WAVES)]
                rows.append({**cells, "person": 7 if (f"r{number}", film) == (UNSEEN, "A") else 1})
        study_id = str(client.make_study("Spring ad", {**(plan or PLAN), "stimulus": stimuli(films)})["id"])
        client.set_viewings(study_id, rows)
        client.set_participants(study_id, people(n))
        for job_id in (*films.values(), *(row["recording"] for row in rows)):
            client.wait(job_id)
        client.wait(client.compute_study(study_id)["id"])
        client.study_results(study_id)
        return study_id


def stimuli(job_of_film: dict[str, str]) -> list[dict[str, Any]]:
    """The films of the plan, with a scene and a mark."""
    scene = {"id": "joke", "start_s": SCENE[0], "end_s": SCENE[1]}
    return [
        {
            "id": film,
            "duration_s": FILM_S,
            "file": job_id,
            "scene": [scene],
            "mark": [{"name": "brand", "time_s": 20.0}],
        }
        for film, job_id in job_of_film.items()
    ]


def people(n: int) -> list[dict[str, Any]]:
    """Women and men, and how much they like it."""
    return [{"respondent": f"r{i}", "sex": "women" if i % 2 else "men", "liking": 1 + i % 5} for i in range(1, n + 1)]


def fill(data_dir: Path, folder: Path, n: int) -> str:
    """A data folder with a computed study, for programs that are started on it; the id of the study."""
    folder.mkdir(parents=True, exist_ok=True)
    with served(data_dir, People()) as server:
        return make_study(server.url, folder, n)
