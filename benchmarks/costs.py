"""What people wait for, timed as they see it: whole commands, start of the program included.

Each part gives rows of a table: seconds by the clock and of processor, the median of several runs after one that is
not counted.
"""

import json
import os
import statistics
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np

from benchmarks.faces import Bench
from emoclassify.labels import EMOTIONS
from emoclassify.media.container import ReadCounts
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.networks.runtime import choose_place
from emoclassify.settings import Options

ALL_OUTPUTS = ("--double-check", "--graph", "--annotate", "--report", "docx,pdf,html")
FIRST_SYSTEM = Path(__file__).with_name("first_system.py")

_REPEATS = 7
"""How many times the clip stands in the long recording: 8 s make 56."""

_SPEECH_S, _RATE_HZ = 1800.0, 16_000
_FOLDER_CLIPS, _FOLDER_CLIP_S = 100, 20.0


@dataclass(frozen=True)
class Cost:
    """Seconds of one run of a command, or medians of several."""

    wall_s: float
    cpu_s: float

    def row(self, what: str, more: str = "") -> str:
        """A row of the table."""
        return f"{what}: {self.wall_s:.2f} s by the clock, {self.cpu_s:.2f} s of processor{more}"


@dataclass(frozen=True)
class Workbench:
    """What all parts share.

    Attributes:
        clip: a recording of people, with speech.
        folder: for files that are made, and for results.
        rounds: how many runs are counted.
        n_clips: how many recordings of the folder of 100 are done, of which 100 are told.
        script: a program that works a frame at a time: called with a clip and a folder, it prints a line of JSON with
            `total_s`, and `import` of it for its start.
    """

    clip: Path
    folder: Path
    rounds: int
    n_clips: int
    script: Path

    def analyze(self, paths: Sequence[Path], *options: str) -> Cost:
        """Runs `emoclassify analyze` on recordings, into a new folder."""
        with TemporaryDirectory(dir=self.folder) as out:
            return timed([sys.executable, "-m", "emoclassify", "analyze", *map(str, paths), "--out", out, *options])

    def median(self, path: Path, *options: str) -> Cost:
        """The medians of the rounds, after a run that is not counted."""
        self.analyze([path], *options)
        costs = [self.analyze([path], *options) for _ in range(self.rounds)]
        return Cost(statistics.median(c.wall_s for c in costs), statistics.median(c.cpu_s for c in costs))


def timed(command: Sequence[str]) -> Cost:
    """Runs a command to its end, and its children; raises CalledProcessError where it fails."""
    started_s, before = time.perf_counter(), os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(time.perf_counter() - started_s, cpu_s)


def lines(parts: Sequence[str], bench: Workbench) -> Iterator[str]:
    """The rows of the parts, each with the load of the machine when it ended."""
    for part in parts:
        for line in PARTS[part](bench):
            yield f"{line} (load {os.getloadavg()[0]:.1f})"


def _tables(bench: Workbench) -> Iterator[str]:
    yield bench.median(bench.clip).row("tables only")


def _outputs(bench: Workbench) -> Iterator[str]:
    yield bench.median(bench.clip, *ALL_OUTPUTS).row(" ".join(ALL_OUTPUTS))


def _against_script(bench: Workbench) -> Iterator[str]:
    """The script does a frame like every other, so it reads the clip once, and that is taken so many times."""
    path = repeated(bench.clip, _REPEATS, bench.folder / "long.mp4")
    cost = bench.median(path, "--every", "2", "--faces", "all")
    yield cost.row(f"the clip {_REPEATS} times over, every 2nd frame, all faces")
    facts = _script_facts(bench)
    script_s = facts["import"] + (facts["total_s"] - facts["import"]) * _REPEATS
    yield f"the script, taken {_REPEATS} times: {script_s:.0f} s, {script_s / cost.wall_s:.1f} times as long"


def _against_decoding(bench: Workbench) -> Iterator[str]:
    path = repeated(bench.clip, _REPEATS, bench.folder / "long.mp4")
    faces = Bench(Options.read({"every": 2, "faces": "all"}), choose_place("auto", "cpu"))
    runs = [faces.measure(path) for _ in range(bench.rounds)]
    ratio = statistics.median(run.total_s / run.decode_alone_s for run in runs)
    total_s, alone_s = statistics.median(r.total_s for r in runs), statistics.median(r.decode_alone_s for r in runs)
    yield f"faces, start left out: {total_s:.2f} s, {ratio:.2f} times decoding alone ({alone_s:.2f} s)"


def _large_model(bench: Workbench) -> Iterator[str]:
    model = random_vit(bench.folder / "vit")
    cost = bench.median(bench.clip, "--every", "2", "--expression-model", str(model))
    yield cost.row("ViT-B/16 of random weights, every 2nd frame, one person")
    script_s = _script_facts(bench)["total_s"]
    yield f"the script: {script_s:.0f} s, {script_s / cost.wall_s:.1f} times as long"


def _speech(bench: Workbench) -> Iterator[str]:
    cost = bench.median(spoken(bench.clip, _SPEECH_S, bench.folder / "speech.wav"))
    yield cost.row("30 min of speech", f", {_SPEECH_S / cost.wall_s:.0f} times real time")


def _folder(bench: Workbench) -> Iterator[str]:
    path = repeated(bench.clip, 3, bench.folder / "three.mp4", until_s=_FOLDER_CLIP_S)
    paths = [bench.folder / f"{i:03}.mp4" for i in range(bench.n_clips)]
    for copy_path in paths:
        copy_path.write_bytes(path.read_bytes())
    share = _FOLDER_CLIPS / bench.n_clips
    for n_jobs in ("1", "2"):
        cost = bench.analyze(paths, "--jobs", n_jobs, "--report", "html")
        whole = Cost(cost.wall_s * share, cost.cpu_s * share)
        yield whole.row(f"100 clips of 20 s, report each, --jobs {n_jobs}", f"; {bench.n_clips} of them were done")


PARTS: dict[str, Callable[[Workbench], Iterator[str]]] = {
    "tables": _tables,
    "outputs": _outputs,
    "script": _against_script,
    "decoding": _against_decoding,
    "large-model": _large_model,
    "speech": _speech,
    "folder": _folder,
}
"""Name of a part -> what measures it."""


def _script_facts(bench: Workbench) -> dict[str, float]:
    """What the script prints of one run on the clip; it runs once, since it takes longest."""
    path = bench.folder / "script.json"
    if not path.exists():
        command = [sys.executable, str(bench.script), str(bench.clip), str(bench.folder / "script")]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        path.write_text(output.strip().splitlines()[-1], encoding="utf-8")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def repeated(path: Path, times: int, target: Path, until_s: float = float("inf")) -> Path:
    """The picture of a recording so many times over, up to a time; its packets are copied, none is decoded."""
    with av.open(str(path)) as source, av.open(str(target), "w") as container:
        stream = source.streams.video[0]
        copy = container.add_stream_from_template(stream)
        pts = sorted(packet.pts for packet in source.demux(stream) if packet.pts is not None)
        length = (pts[-1] - pts[0]) * len(pts) // (len(pts) - 1)  # the last picture is shown as long as the others
        for i in range(times):
            source.seek(0, stream=stream)
            for packet in source.demux(stream):
                if packet.pts is None or packet.dts is None or packet.time_base is None:
                    continue
                packet.pts, packet.dts = packet.pts + i * length, packet.dts + i * length
                if packet.pts * packet.time_base < until_s:
                    packet.stream = copy
                    container.mux(packet)
    return target


def spoken(path: Path, duration_s: float, target: Path) -> Path:
    """The sound of a recording again and again for so long, as WAV."""
    info = probe(path)
    blocks = [sound.samples for sound in read_sound(path, info, rate_hz=_RATE_HZ, counts=ReadCounts())]
    samples = np.resize(np.concatenate(blocks), int(duration_s * _RATE_HZ))
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return target


def random_vit(folder: Path) -> Path:
    """A ViT-B/16 that has learned nothing: it takes as long as one that has."""
    import torch
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

    torch.manual_seed(0)
    labels = dict(enumerate(EMOTIONS))
    config = ViTConfig(id2label=labels, label2id={label: i for i, label in labels.items()})
    ViTForImageClassification(config).save_pretrained(folder)
    ViTImageProcessor().save_pretrained(folder)
    return folder
