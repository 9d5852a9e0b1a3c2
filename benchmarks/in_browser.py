"""The networks of an analysis in a browser, by onnxruntime-web: what they weigh, how fast they are, and how near they
come to this program's own scores.

A trial, for a study that would not even send pictures. The package is installed by hand and is no dependency
(`npm install onnxruntime-web`). The cuts of faces are made here: what the browser would do differently in finding a
face comes on top of the difference that is told.
"""

import base64
import gzip
import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from emoclassify.errors import WorkshopError
from emoclassify.faces import mtcnn
from emoclassify.faces.expressions import read_original
from emoclassify.faces.upright import upright_crop
from emoclassify.labels import Scores
from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import Rgb
from emoclassify.media.read import decoded_frames, probe
from emoclassify.model_kinds import EXPRESSION_MODEL
from emoclassify.networks.convert import Built
from emoclassify.networks.runtime import choose_place
from emoclassify.pipeline import analyze
from emoclassify.settings import Options

MOST_MB, MOST_DIFFERENCE = 15.0, 0.03
"""What was asked for: all that is loaded, and a score beside the server's."""

PICTURE_WH = (480, 360)
N_SIFTED, N_CONFIRMED = 30, 5
"""Squares that R-Net and O-Net look at in a picture of one face, about."""

_RUNTIME = ("ort.wasm.min.js", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")
_CHROMIUM = "/usr/bin/chromium"
_LARGE = 1024  # numbers; smaller ones stay as they are

Bytes = Mapping[str, bytes]


def lines(recording: Path, packages: Path) -> Iterator[str]:
    """What was measured.

    Args:
        recording: whose faces are read.
        packages: the folder in which onnxruntime-web was installed.

    Raises:
        WorkshopError: it is not there.
    """
    files = {**_runtime(packages), **_networks()}
    plain_mb, packed_mb = (sum(map(len, one)) / 1e6 for one in (files.values(), map(gzip.compress, files.values())))
    yield f"to load: {plain_mb:.1f} MB, {packed_mb:.1f} MB where the server packs it (gzip); wanted {MOST_MB:.0f} MB"
    for name, content in files.items():
        yield f"  {name}: {len(content) / 1e6:.2f} MB, packed {len(gzip.compress(content)) / 1e6:.2f} MB"
    crops = _crops(recording)
    figures = _in_browser(files, crops)
    differences = np.abs(np.array(figures["scores"], np.float32) - _own_scores(crops)).max(axis=1)
    yield (
        f"scores of {len(crops)} faces: at most {differences.max():.4f} beside ours, {np.median(differences):.4f} in "
        f"the median; wanted {MOST_DIFFERENCE}"
    )
    pace_per_s = 1000 / (figures["find_ms"] + figures["read_ms"])
    yield (
        f"opened in {figures['open_ms']:.0f} ms; the networks find a face in {figures['find_ms']:.0f} ms and read it "
        f"in {figures['read_ms']:.0f} ms: {pace_per_s:.1f} readings a second at most, by one thread"
    )


def _runtime(packages: Path) -> dict[str, bytes]:
    folder = packages / "node_modules" / "onnxruntime-web" / "dist"
    if not all((folder / name).is_file() for name in _RUNTIME):
        raise WorkshopError(f"{folder} is not there: npm install --prefix {packages} onnxruntime-web")
    return {name: (folder / name).read_bytes() for name in _RUNTIME}


def _networks() -> dict[str, bytes]:
    """The networks as ONNX, their weights in 16 bits as they are shipped."""
    expression = EXPRESSION_MODEL.describe(Options()).path
    built = {name: mtcnn.read_original(name) for name in mtcnn.NETWORKS} | {"expression": read_original(expression)}
    return {f"{name}.onnx": _as_onnx(one) for name, one in built.items()}


def _as_onnx(built: Built) -> bytes:
    import onnx
    import torch

    content: Any = io.BytesIO()
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the exporter of before, which needs no further package
        torch.onnx.export(
            built.module,
            (torch.from_numpy(built.example),),
            content,
            dynamo=False,
            opset_version=17,
            input_names=["pictures"],
            dynamic_axes={"pictures": {axis: f"axis_{axis}" for axis in built.free_axes}},
        )
    model = onnx.load_from_string(content.getvalue())
    _halve(model, onnx)
    halved: bytes = model.SerializeToString()
    return halved


def _halve(model: Any, onnx: Any) -> None:
    """Stores large weights in 16 bits; a Cast before their use makes 32 of them."""
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        values = onnx.numpy_helper.to_array(weight)
        if values.dtype == np.float32 and values.size >= _LARGE:
            name, stored_name = weight.name, f"{weight.name}_16"
            weight.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), stored_name))
            casts.append(onnx.helper.make_node("Cast", [stored_name], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def _crops(recording: Path) -> list[Rgb]:
    """The faces of a recording that can be read, as an analysis cuts them out."""
    readings = {face.frame: face for face in analyze(recording).faces if face.quality_ok}
    crops = []
    for number, (frame, _) in enumerate(decoded_frames(recording, probe(recording), ReadCounts())):
        if number in readings:
            rgb: npt.NDArray[np.uint8] = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
            crops.append(upright_crop(rgb, readings[number].box_xyxy, readings[number].turn.roll))
    return crops


def _own_scores(crops: list[Rgb]) -> Scores:
    options = Options()
    return EXPRESSION_MODEL.open(options, choose_place(options.runtime, options.device)).predict(crops)


def _levels() -> list[tuple[int, int]]:
    """Height and width of each picture that P-Net looks at."""
    smallest_px = round(Options().min_face * min(PICTURE_WH))
    width_px, height_px = PICTURE_WH
    return [(int(height_px * one + 1), int(width_px * one + 1)) for one in mtcnn.scales_of(PICTURE_WH, smallest_px)]


def _in_browser(files: Bytes, crops: list[Rgb]) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    sizes = {"levels": _levels(), "n_sifted": N_SIFTED, "n_confirmed": N_CONFIRMED}
    script = Path(__file__).with_suffix(".js").read_bytes()
    page_html = b"<!doctype html><script src=/ort.wasm.min.js></script><script src=/trial.js></script>"
    with _served({**files, "trial.js": script, "index.html": page_html}) as url, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            page = browser.new_page()
            page.goto(f"{url}/index.html")
            figures: dict[str, Any] = page.evaluate(
                "([addresses, sizes]) => window.trial(addresses, sizes)", [list(map(_address, crops)), sizes]
            )
            return figures
        finally:
            browser.close()


def _address(rgb: Rgb) -> str:
    content = io.BytesIO()
    Image.fromarray(rgb).save(content, "PNG")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"} | {
        **{"": "application/octet-stream", ".html": "text/html"}
    }

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def _served(files: Bytes) -> Iterator[str]:
    """The address of a server of these files."""
    with TemporaryDirectory(prefix="in-browser-") as name:
        for file_name, content in files.items():
            (Path(name) / file_name).write_bytes(content)
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=name))
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
