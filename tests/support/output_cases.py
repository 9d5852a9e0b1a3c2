"""What outputs are looked at with: recordings, a made call with its words, and a made study; each writes all it has."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from emoclassify import analyze
from emoclassify.analysis import Analysis
from emoclassify.crosscheck import Agreement, compare
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.json_file import read_json, write_json
from emoclassify.outputs.report.stills import cut_stills
from emoclassify.outputs.study.material import FilmStill, StudyMaterial
from emoclassify.outputs.study.write import write_study
from emoclassify.settings import REPORT_FORMATS, Options
from emoclassify.study.findings import answers_of
from emoclassify.timeline import Span
from emoclassify.transcript.transcript import Phrase, Transcript
from emoclassify.transcript.word import Word
from emoclassify.turns import RoleTalk
from emoclassify.voice.reading import VoiceRead, VoiceReading
from tests.support.findings import analysis, laughter, voice
from tests.support.panels import made_study
from tests.support.sources import ROOT

DEMO = ROOT / "emoclassify" / "assets" / "demo.mp4"
ALL_REPORTS = ",".join(REPORT_FORMATS)
READ = Options(faces="all", double_check=True, echo_mean=True, episodes="happy:0.6,negative:0.5")
"""How a recording is analyzed, so that every section has something to say."""

N_PEOPLE = 14
SAID = (
    ("agent", 0.4, 4.8, "", "Good morning, you are speaking with Anna from the bank. How can I help you today?"),
    ("customer", 5.2, 11.0, "angry", "My card was declined again. This is the third time this week, and nobody calls!"),
    ("agent", 10.2, 14.6, "", "I am very sorry about that. Let me look at your account, one moment please."),
    ("customer", 15.4, 19.0, "sad", "I have been waiting for twenty minutes now."),
    ("agent", 20.6, 25.8, "", "I found it: the limit was reached. I have raised it, you can pay right away."),
    ("customer", 26.6, 31.4, "happy", "Oh, wonderful! Thank you so much, you made my day."),
)
"""A call: who speaks, from when to when, how the voice sounds, and the words."""

SIDES, LAUGHS_S, CALL_S = ("agent", "customer"), (31.6, 32.6), 33.0


@dataclass(frozen=True)
class Case:
    """Something that has outputs.

    Attributes:
        name: of the folder in which they are shown.
        write: writes all of them in a language into a folder.
    """

    name: str
    write: Callable[[Path, str], None]


def cases(recordings: list[Path], cache: Path) -> list[Case]:
    """The recordings, the call and the study.

    Args:
        recordings: to be analyzed.
        cache: a folder where their analyses are kept: only the outputs are made anew the next time.
    """
    of_recordings = [Case(path.stem, _writer(analysis_of(path, cache), path)) for path in recordings]
    return [*of_recordings, Case("call", _writer(call(), None)), Case("study", write_made_study)]


def analysis_of(recording: Path, cache: Path) -> Analysis:
    """The analysis of a recording, read from the cache where it is there."""
    path = cache / f"{recording.name}.json"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        write_json(analyze(recording, READ).to_dict(), path)
    return Analysis.from_dict(read_json(path))


def _writer(made: Analysis, media: Path | None) -> Callable[[Path, str], None]:
    def write(folder: Path, lang: str) -> None:
        options = replace(
            made.options, lang=lang, report=ALL_REPORTS, graph=True, xlsx=True, annotate=media is not None
        )
        write_results(made, folder, options, media)

    return write


def call() -> Analysis:
    """SAID as an analysis: the customer is angry, then sad, then happy, and laughs; the agent is not scored."""
    stretches = tuple(voice(start_s, end_s, emotion) for _, start_s, end_s, emotion, _ in SAID if emotion)
    heard = VoiceRead((*stretches, laughter(*LAUGHS_S)), stretches)
    roles = tuple(
        RoleTalk(side, tuple(Span(*said[1:3]) for said in SAID if said[0] == side), heard if side == SIDES[1] else None)
        for side in SIDES
    )
    options = Options(
        roles=f"{SIDES[0]}=left,{SIDES[1]}=right", transcribe_focus=True, episodes="negative:0.5,happy:0.6"
    )
    made = analysis([], [], [], options=options, end_s=CALL_S, picture_end_s=0.0, warnings=())
    return replace(
        made,
        source=replace(made.source, name="support call.wav"),
        analyzed_at="2026-11-21T15:02:08+00:00",
        voice=heard,
        segments=compare(heard.stretches, None, None),
        roles=roles,
        transcript=Transcript("en", tuple(_phrase(*said) for said in SAID)),
    )


def _phrase(role: str, start_s: float, end_s: float, emotion: str, text: str) -> Phrase:
    """Words of one length."""
    texts = text.split()
    step_s = (end_s - start_s) / len(texts)
    spans = (Span(round(start_s + i * step_s, 3), round(start_s + (i + 1) * step_s, 3)) for i in range(len(texts)))
    words = tuple(Word(span, word, 0.8) for span, word in zip(spans, texts, strict=True))
    reading: VoiceReading | None = voice(start_s, end_s, emotion) if emotion else None
    return Phrase(words, role, Agreement(reading) if reading else None)


def write_made_study(folder: Path, lang: str) -> None:
    """A study of N_PEOPLE with two films, whose pictures are those of the demo."""
    study = made_study(N_PEOPLE, gaps=0.05, measures=("happy", "negative"))
    options = Options(lang=lang, report=ALL_REPORTS, graph=True, xlsx=True)
    stills = {film.id: _film_stills(film.duration_s) for film in study.stimuli}
    write_study(StudyMaterial(study, answers_of(study), options, stills), folder)


def _film_stills(film_s: float) -> tuple[FilmStill, ...]:
    """Three frames of the demo, as if they were a film's."""
    demo = analysis([], [0.4, 2.0, 3.6])
    pictures = cut_stills(demo, DEMO, {frame.frame: frame.time_s for frame in demo.frames})
    times_s = (film_s * share for share in (0.2, 0.5, 0.8))
    return tuple(FilmStill(time_s, picture.content) for time_s, picture in zip(times_s, pictures.values(), strict=True))
