"""The speech network in torch: the twin of the Keras network in the workshop `voice_model`, which trains it.

Analysis runs this one because importing TensorFlow costs seconds and hundreds of megabytes. Rows of the input that are
all zero are padding: they change nothing, so windows of different lengths go through in one batch.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, cast

import torch
from torch import Tensor, nn

_KERAS_EPSILON = 1e-3  # Keras's batch normalisation adds this to the variance, torch's adds 1e-5 by default


class VoiceEnsemble(nn.Module):
    """Networks of one shape, each trained separately; the mean of their logits errs less than each alone.

    A linear layer on what all of them hear tells speech from sounds without words, for which emotions mean nothing.

    Args:
        config: `views` (for each network the index of the floor whose features it reads, from 0) and the values of
            VoiceNetwork, with `features` the number of features of one floor. `sounds`, the names of the kinds of
            sound, where the ensemble tells them apart.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()
        self._firsts = [int(view) * int(config["features"]) for view in config["views"]]
        self._n_features = int(config["features"])
        self.members = nn.ModuleList([VoiceNetwork(config) for _ in self._firsts])
        n_heard, n_sounds = 2 * int(config["filters"][-1]), len(config.get("sounds", ()))
        self.sounds = nn.Linear(len(self._firsts) * n_heard, n_sounds) if n_sounds else None

    def forward(self, features: Tensor) -> Tensor:
        """float32 (b, t, features of all floors side by side) -> logits (b, classes), behind them those of `sounds`."""
        parts = self.hear(features)
        of_members = [member.get_submodule("classes")(part) for member, part in zip(self.members, parts, strict=True)]
        logits = torch.stack(of_members).mean(dim=0)
        return logits if self.sounds is None else torch.cat([logits, self.sounds(torch.cat(parts, dim=1))], dim=1)

    def hear(self, features: Tensor) -> list[Tensor]:
        """What each network hears, before any decision: float32 (b, twice the last filters) each."""
        views = [features[:, :, first : first + self._n_features] for first in self._firsts]
        return [cast(VoiceNetwork, member).hear(view) for member, view in zip(self.members, views, strict=True)]


class VoiceNetwork(nn.Module):
    """Residual Conv1D blocks, then attention and maximum over time; float32 (b, t, features) -> logits (b, classes).

    Args:
        config: `features` (int), `filters` (one int a block), `kernel` (odd int), `classes` (int).
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()
        widths = [int(config["features"]), *map(int, config["filters"])]
        kernel = int(config["kernel"])
        self.blocks = nn.ModuleList([_Block(before, after, kernel) for before, after in pairwise(widths)])
        self.attention = nn.Linear(widths[-1], 1)
        self.classes = nn.Linear(2 * widths[-1], int(config["classes"]))

    def forward(self, features: Tensor) -> Tensor:
        """float32 (b, t, features), zero rows are padding, t at least 2 ** blocks -> float32 logits (b, classes)."""
        logits: Tensor = self.classes(self.hear(features))
        return logits

    def hear(self, features: Tensor) -> Tensor:
        """The same input -> attention and maximum over time, float32 (b, twice the last filters)."""
        hidden = features.transpose(1, 2)
        mask = (hidden != 0).any(dim=1, keepdim=True).to(hidden.dtype)
        for block in self.blocks:
            hidden, mask = block(hidden, mask)
        # A large negative number and not -inf: an all-silent window has no frame left and must not give NaN.
        score = self.attention(hidden.transpose(1, 2)).transpose(1, 2) + (mask - 1.0) * 1e9
        attended = (hidden * torch.softmax(score, dim=-1)).sum(dim=-1)
        return torch.cat([attended, hidden.amax(dim=-1)], dim=1)


class _Block(nn.Module):
    """Two convolutions beside a skip, then half the frames."""

    def __init__(self, before: int, after: int, kernel: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(before, after, kernel, padding="same", bias=False)
        self.norm1 = nn.BatchNorm1d(after, eps=_KERAS_EPSILON)
        self.conv2 = nn.Conv1d(after, after, kernel, padding="same", bias=False)
        self.norm2 = nn.BatchNorm1d(after, eps=_KERAS_EPSILON)
        self.skip = nn.Conv1d(before, after, 1, bias=False)

    def forward(self, hidden: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        inner = torch.relu(self.norm1(self.conv1(hidden))) * mask
        summed = torch.relu(self.norm2(self.conv2(inner)) + self.skip(hidden)) * mask
        # A pooled frame counts only where both of its frames do, so that padding never adds one.
        pooled_mask = -nn.functional.max_pool1d(-mask, 2)
        return nn.functional.max_pool1d(summed, 2) * pooled_mask, pooled_mask
