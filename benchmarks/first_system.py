"""A recording read a frame at a time, as the first systems of this kind did: what `costs` compares whole analyses with.

`python benchmarks/first_system.py CLIP FOLDER` looks at every second frame: facenet-pytorch's MTCNN on the whole frame,
a ViT-B/16 of transformers on the one face that it gives, in 32 bits, a figure of the face and its scores, all figures
as a video of moviepy, and a chart over time. The weights of the ViT are random: they take as long as others. Nothing of
this package is used. Its last line is JSON: `total_s`, seconds in all, and those of each step, `import` among them.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
EVERY = 2
SMALLEST_FACE_PX = 80
"""With MTCNN's own 20 the script would take a third longer at 720p, and this package would look better beside it."""


def main(clip: Path, folder: Path) -> None:
    """Reads the clip, writes `annotated.mp4` and `chart.png` into the folder, and prints the times."""
    started_s = time.perf_counter()
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt
    import torch
    from facenet_pytorch import MTCNN
    from moviepy import ImageSequenceClip, VideoFileClip
    from PIL import Image
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

    steps_s = {"import": time.perf_counter() - started_s, "detect": 0.0, "classify": 0.0, "plot": 0.0}
    folder.mkdir(parents=True, exist_ok=True)
    detector, processor = MTCNN(min_face_size=SMALLEST_FACE_PX), ViTImageProcessor()
    classifier = ViTForImageClassification(ViTConfig(num_labels=len(LABELS))).eval()
    figures, rows = [], []
    source = VideoFileClip(str(clip), audio=False)
    for i, frame in enumerate(source.iter_frames()):
        if i % EVERY:
            continue
        times_s = [time.perf_counter()]
        picture = Image.fromarray(frame)
        boxes, _ = detector.detect(picture)
        times_s.append(time.perf_counter())
        if boxes is None:
            continue
        left, top, right, bottom = map(float, boxes[0])
        face = picture.crop((left, top, right, bottom))
        with torch.no_grad():
            logits = classifier(**processor(images=face, return_tensors="pt")).logits
        rows.append(torch.softmax(logits, dim=-1)[0].numpy())
        times_s.append(time.perf_counter())
        figures.append(_figure(plt, face, rows[-1]))
        times_s.append(time.perf_counter())
        for step, from_s, to_s in zip(("detect", "classify", "plot"), times_s, times_s[1:], strict=False):
            steps_s[step] += to_s - from_s
    fps = source.fps / EVERY
    ImageSequenceClip(figures, fps=fps).write_videofile(str(folder / "annotated.mp4"), logger=None)
    plt.plot([i / fps for i in range(len(rows))], rows, label=LABELS)
    plt.legend()
    plt.savefig(folder / "chart.png")
    print(json.dumps({"total_s": time.perf_counter() - started_s, **steps_s, "frames": len(rows)}))


def _figure(plt: Any, face: Any, scores: Any) -> Any:
    """The pixels of a figure with a face and bars of its scores, uint8 (H, W, 3)."""
    import numpy as np

    figure, (left, right) = plt.subplots(1, 2, figsize=(15, 6))
    left.imshow(face)
    left.axis("off")
    right.barh(LABELS, scores * 100)
    right.set_xlim(0, 100)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()
    plt.close(figure)
    return pixels


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
