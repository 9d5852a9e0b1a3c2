"""Made films with a high dynamic range: known light in ten bits, as PQ or HLG."""

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from emoclassify.media.tone import PQ
from tests.support.made import as_video


def pq_of(nits: npt.NDArray[np.float64] | float) -> npt.NDArray[np.float64]:
    """SMPTE ST 2084, with its constants as decimals."""
    y = (np.asarray(nits) / 10_000) ** 0.1593017578125
    return np.asarray(((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375)


def hlg_of(nits: float) -> float:
    """ITU-R BT.2100 for a screen of 1,000 cd/m2; here for the darker half of the signals."""
    return float(np.sqrt(3 * (nits / 1000) ** (1 / 1.2)))


def frame_of(signals: npt.NDArray[np.float64], transfer: int) -> av.VideoFrame:
    """A frame of red, green, blue signals 0..1 in ten bits, BT.2020."""
    codes = np.round(signals * 65535).astype(np.uint16)
    rgb = av.VideoFrame.from_ndarray(np.ascontiguousarray(codes), format="rgb48le")
    rgb.color_trc, rgb.color_primaries = transfer, 9  # told, not converted
    return rgb.reformat(format="yuv420p10le", dst_colorspace=9, dst_color_range=1)


def write_hdr(path: Path, pictures: list[npt.NDArray[np.float64]], transfer: int = PQ) -> Path:
    with av.open(str(path), "w") as container:
        stream = as_video(container.add_stream("libx265", rate=25, options={"x265-params": "log-level=none:crf=4"}))
        stream.height, stream.width, stream.pix_fmt = *pictures[0].shape[:2], "yuv420p10le"
        context = stream.codec_context
        context.colorspace, context.color_primaries, context.color_trc, context.color_range = 9, 9, transfer, 1
        for signals in pictures:
            container.mux(stream.encode(frame_of(signals, transfer)))
        container.mux(stream.encode())
    return path


def grey(signal: float) -> npt.NDArray[np.float64]:
    return np.full((64, 64, 3), float(signal))
