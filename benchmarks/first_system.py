"""A recording read a frame at a time, as scripts of this kind do: what `costs` compares whole analyses with.

`python benchmarks/first_system.py CLIP FOLDER` looks at every second frame: facenet-pytorch's MTCNN on the whole frame
with its own settings, a ViT-B/16 of transformers (of random weights, which take as long as others) on the one face that
it gives, a figure of face and bars, all figures as a video of moviepy, and a chart over time. Nothing of this package is
used. The last line that it prints is JSON: seconds since its start, and those of importing and of each step.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

_STARTED_S = time.perf_counter()

import matplotlib  # noqa: E402  # importing is part of what is timed

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from facenet_pytorch import MTCNN  # noqa: E402
from moviepy import ImageSequenceClip, VideoFileClip  # noqa: E402
from PIL import Image  # noqa: E402
from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor  # noqa: E402

_IMPORT_S = time.perf_counter() - _STARTED_S

_LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
_EVERY = 2


def main(clip: Path, folder: Path) -> None:
    """Reads the clip, writes `annotated.mp4` and `chart.png` into the folder, and prints the times."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    detector = MTCNN()
    processor, classifier = ViTImageProcessor(), ViTForImageClassification(ViTConfig(num_labels=len(_LABELS))).eval()
    steps_s: Counter[str] = Counter()
    figures, rows = [], []
    source = VideoFileClip(str(clip), audio=False)
    for i, frame in enumerate(source.iter_frames()):
        if i % _EVERY:
            continue
        started_s = time.perf_counter()
        picture = Image.fromarray(frame)
        boxes, _ = detector.detect(picture)
        detected_s = time.perf_counter()
        steps_s["detect"] += detected_s - started_s
        if boxes is None:
            continue
        face = picture.crop(tuple(map(float, boxes[0])))
        with torch.no_grad():
            logits = classifier(**processor(images=face, return_tensors="pt")).logits
        shares = torch.softmax(logits, dim=-1)[0].numpy()
        classified_s = time.perf_counter()
        steps_s["classify"] += classified_s - detected_s
        figures.append(_figure(face, shares))
        rows.append(shares)
        steps_s["plot"] += time.perf_counter() - classified_s
    _write(figures, rows, source.fps / _EVERY, folder)
    steps = {step: round(took_s, 2) for step, took_s in steps_s.items()}
    print(json.dumps({"total_s": time.perf_counter() - _STARTED_S, "import": _IMPORT_S, "frames": len(rows), **steps}))


def _figure(face: Image.Image, shares: "np.ndarray[tuple[int], np.dtype[np.float32]]") -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    figure, (left, right) = plt.subplots(1, 2, figsize=(15, 6))
    left.imshow(face)
    left.axis("off")
    right.barh(_LABELS, shares * 100)
    right.set_xlim(0, 100)
    right.set_xlabel("%")
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()
    plt.close(figure)
    return pixels


def _write(figures: list, rows: list, fps: float, folder: Path) -> None:
    ImageSequenceClip(figures, fps=fps).write_videofile(str(folder / "annotated.mp4"), logger=None)
    for label, curve in zip(_LABELS, np.array(rows).T, strict=True):
        plt.plot(np.arange(len(rows)) / fps, curve, label=label)
    plt.legend()
    plt.savefig(folder / "chart.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
