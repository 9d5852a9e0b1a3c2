"""Trains the expression network on shares of votes; a checkpoint after every epoch lets it continue."""

import logging
import math
import time
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emoclassify.errors import WorkshopError
from emoclassify.faces.network import FaceVitForImageClassification
from emoclassify.labels import Scores
from emoclassify.metrics import measure
from video.augment import augment, mixup
from video.corpora import Faces
from video.faceres import FaceRes
from video.settings import TrainSettings

CHECKPOINT = "checkpoint.pt"
Network = FaceVitForImageClassification | FaceRes

log = logging.getLogger(__name__)


class Training:
    """One run: the network, the running average of its weights, the optimiser, and its progress.

    Random numbers are seeded anew at each epoch from the seed and the epoch's number, so that a resumed run gives the
    same as an uninterrupted one.
    """

    def __init__(
        self, network: Network, settings: TrainSettings, teachers: Sequence[nn.Module] = (), device: str = "cpu"
    ) -> None:
        """Takes a network to train, and networks whose answers count among the targets by `settings.teacher_share`."""
        self.settings, self.device = settings, torch.device(device)
        self.network = network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch
        self.teachers = [each.to(self.device).eval() for each in teachers]
        self.average = deepcopy(self.network).eval()
        self.optimiser = torch.optim.AdamW(_groups(self.network, settings.weight_decay), lr=0.0, fused=True)
        self.step, self.epoch, self.history = 0, 0, list[dict[str, float]]()
        self.best: dict[str, Tensor] = {}

    def start_from(self, folder: Path) -> None:
        """Takes the weights of an exported model of the same shape instead of random ones.

        Raises:
            WorkshopError: the folder holds no such model.
        """
        try:
            exported = FaceVitForImageClassification.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
            self.network.load_state_dict(exported.state_dict())
        except (OSError, RuntimeError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise WorkshopError(f"{folder}: not a model that this network can start from ({reason})") from error
        self.average.load_state_dict(self.network.state_dict())

    def run(self, train: Faces, validation: Faces, out: Path) -> None:
        """Trains the remaining epochs; writes `out`/checkpoint.pt after each."""
        out.mkdir(parents=True, exist_ok=True)
        pixels, targets = torch.from_numpy(train.pixels), torch.from_numpy(train.targets)
        chances = torch.from_numpy(draw_chances(train.targets, self.settings.balance_power))
        while self.epoch < self.settings.epochs:
            started = time.monotonic()
            loss = self._epoch(pixels, targets, chances)
            self.epoch += 1
            self._note(validation, loss, time.monotonic() - started)
            self.save(out / CHECKPOINT)

    def _epoch(self, pixels: Tensor, targets: Tensor, chances: Tensor) -> float:
        torch.manual_seed(self.settings.seed * 1000 + self.epoch)
        order = torch.multinomial(chances, len(pixels), replacement=True)
        batches = torch.split(order, self.settings.batch_size)
        losses = [self._batch(pixels[batch], targets[batch], len(batches)) for batch in batches]
        return sum(losses) / len(losses)

    def _batch(self, pixels: Tensor, targets: Tensor, batches_per_epoch: int) -> float:
        settings = self.settings
        pictures = augment(pixels.to(self.device).unsqueeze(1).float() / 255.0, settings.augment)
        pictures, targets = mixup(pictures, targets.to(self.device), settings.augment.mixup_alpha)
        coloured = pictures.expand(-1, 3, -1, -1)
        targets = self._taught(coloured, targets)
        self.network.train()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=settings.bf16):
            logits = self.network(coloured).logits
        loss = F.cross_entropy(logits.float(), targets)
        rate = learning_rate(self.step / batches_per_epoch, settings)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), settings.clip_norm)
        self.optimiser.step()
        self.step += 1
        self._follow()
        return float(loss.detach())

    @torch.no_grad()
    def _taught(self, pictures: Tensor, targets: Tensor) -> Tensor:
        """Targets (n, 7) with the answers of the teachers, the mean of their log-scores, mixed in."""
        if not self.teachers:
            return targets
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.settings.bf16):
            logits = [teacher(pictures).logits.float() for teacher in self.teachers]
        answers = torch.stack([F.log_softmax(each, dim=1) for each in logits]).mean(dim=0).softmax(dim=1)
        return targets.lerp(answers, self.settings.teacher_share)

    @torch.no_grad()
    def _follow(self) -> None:
        """Moves the average towards the weights; faster at first, so that the random start has no effect."""
        decay = min(self.settings.average_decay, (1 + self.step) / (10 + self.step))
        weights = self.network.state_dict()
        for name, average in self.average.state_dict().items():
            if average.is_floating_point():
                average.lerp_(weights[name], 1.0 - decay)
            else:
                average.copy_(weights[name])

    def _note(self, validation: Faces, loss: float, seconds: float) -> None:
        log.info("epoch %d of %d: loss %.4f, %.0f s", self.epoch, self.settings.epochs, loss, seconds)
        if self.epoch % self.settings.measure_every and self.epoch != self.settings.epochs:
            return
        figures = measure(softmax(logits_of(self.average, validation.pixels)), validation.truth)
        log.info("validation: accuracy %.4f, macro-F1 %.4f", figures.accuracy, figures.macro_f1)
        self.history.append({"epoch": self.epoch, "accuracy": figures.accuracy, "macro_f1": figures.macro_f1})
        if _quality(self.history[-1]) >= max(map(_quality, self.history)):
            self.best = deepcopy(self.average.state_dict())

    def save(self, path: Path) -> None:
        """Writes everything that a resumed run needs; the file is replaced only when it is complete."""
        state = {name: getattr(self, name) for name in ("step", "epoch", "history", "best")}
        parts = {name: getattr(self, name).state_dict() for name in ("network", "average", "optimiser")}
        beside = path.with_suffix(".part")
        shape = self.network.config.to_dict() if isinstance(self.network, FaceVitForImageClassification) else {}
        torch.save({**state, **parts, "config": shape}, beside)
        beside.replace(path)

    def resume(self, path: Path) -> None:
        """Continues from a checkpoint of the same settings.

        Raises:
            WorkshopError: there is no checkpoint.
        """
        if not path.is_file():
            raise WorkshopError(f"{path}: no such file; run without --resume first")
        state = torch.load(path, map_location=self.device, weights_only=True)
        for name in ("network", "average", "optimiser"):
            getattr(self, name).load_state_dict(state[name])
        self.step, self.epoch, self.history, self.best = (state[key] for key in ("step", "epoch", "history", "best"))


def learning_rate(epochs_done: float, settings: TrainSettings) -> float:
    """The step size after `epochs_done` epochs, which may be a fraction: a linear warm-up, then a cosine."""
    if epochs_done < settings.warmup_epochs:
        return settings.learning_rate * epochs_done / settings.warmup_epochs
    share = (epochs_done - settings.warmup_epochs) / max(settings.epochs - settings.warmup_epochs, 1e-9)
    cosine = 0.5 * (1.0 + math.cos(math.pi * min(share, 1.0)))
    return settings.learning_rate * (settings.final_share + (1.0 - settings.final_share) * cosine)


def draw_chances(targets: Scores, power: float) -> Scores:
    """How often each face is drawn, float32 (n,), sum 1: rare emotions more often, or they would never be predicted.

    Args:
        targets: shares of the emotions (n, 7).
        power: 0 draws all faces equally often; 1 makes all emotions equally frequent.
    """
    frequency = np.maximum(targets.mean(axis=0), 1e-6)
    chances = targets @ (1.0 / frequency) ** power
    return np.asarray(chances / chances.sum(), dtype=np.float32)


@torch.inference_mode()
def logits_of(network: Any, pixels: Any, batch_size: int = 256) -> Scores:
    """Logits float32 (n, 7) of grey pictures uint8 (n, h, w)."""
    device = next(network.parameters()).device
    logits = []
    for batch in torch.split(torch.from_numpy(pixels), batch_size):
        pictures = (batch.to(device).unsqueeze(1).float() / 255.0).expand(-1, 3, -1, -1)
        logits.append(network(pictures).logits.float().cpu())
    return np.asarray(torch.cat(logits).numpy(), dtype=np.float32)


def softmax(logits: Scores, temperature: float = 1.0) -> Scores:
    """Scores float32 (n, 7) of logits (n, 7); rows sum to 1."""
    powers = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def _quality(record: dict[str, float]) -> float:
    """The best epoch is chosen by this: accuracy alone neglects the rare emotions, macro-F1 the common ones."""
    return record["accuracy"] + record["macro_f1"]


def _groups(network: torch.nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    trained = [(name, weight) for name, weight in network.named_parameters() if weight.requires_grad]
    matrices = [weight for name, weight in trained if weight.ndim > 1 and not _is_token(name)]
    others = [weight for name, weight in trained if weight.ndim <= 1 or _is_token(name)]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]


def _is_token(name: str) -> bool:
    return name in ("positions", "class_token")
