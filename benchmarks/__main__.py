"""`python -m benchmarks expressions`: faces a second through the project's own call."""

import argparse
import platform
import statistics
import time
from importlib.metadata import version
from itertools import product
from pathlib import Path

import numpy as np

from emoclassify import models
from emoclassify.faces.expressions import ExpressionModel
from emoclassify.runtime import Place, set_threads

BATCH, SIDE_PX = 16, 120
"""Crops that are classified together, and the side of each as a detector cuts them."""


def main() -> None:
    """Runs one benchmark and prints its machine, versions and figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    faces = commands.add_parser("expressions", help="faces a second, batches of 16 crops")
    faces.add_argument("--expression-model", default=models.EMBEDDED, metavar="DIR_OR_NAME")
    faces.add_argument("--rounds", type=int, default=30, help="batches that are timed (default 30)")
    faces.set_defaults(run=_expressions)
    args = parser.parse_args()
    print(f"{_processor()}, {platform.python_implementation()} {platform.python_version()}, torch {version('torch')}")
    args.run(args)


def _expressions(args: argparse.Namespace) -> None:
    folder = models.expression_model(args.expression_model).path
    crops = list(np.random.default_rng(0).integers(0, 256, (BATCH, SIDE_PX, SIDE_PX, 3), dtype=np.uint8))
    for runtime, threads in product(("torch", "openvino"), (1, 2)):
        model = ExpressionModel.load(folder, Place(runtime, "cpu", threads))
        set_threads(threads)
        model.predict(crops)  # the first call pays for what is made once
        seconds = []
        for _ in range(args.rounds):
            started = time.perf_counter()
            model.predict(crops)
            seconds.append(time.perf_counter() - started)
        median, best = BATCH / statistics.median(seconds), BATCH / min(seconds)
        print(f"{model.runtime}, {threads} threads: median {median:.0f} faces/s, best {best:.0f}")


def _processor() -> str:
    named = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return f"{len(named)} x {named[0].split(':')[1].strip()}" if named else platform.machine()


if __name__ == "__main__":
    main()
