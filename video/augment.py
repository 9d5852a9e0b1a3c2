"""Changes training faces at random, a whole batch at a time, with tensor operations only (the same on CPU and CUDA)."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from video.settings import AugmentSettings


def augment(pictures: Tensor, settings: AugmentSettings) -> Tensor:
    """Grey pictures float (n, 1, h, w) in 0..1 -> the same shape and range, each changed in its own way."""
    pictures = _move(pictures, settings)
    pictures = pictures.clamp_min(1e-3) ** torch.exp(_either_way(pictures, settings.gamma_log))
    pictures = _where(settings.blur_chance, _reduced(pictures, settings), pictures)
    noise = torch.randn_like(pictures) * _chance_scale(pictures, settings.noise_std)
    pictures = _where(settings.noise_chance, pictures + noise, pictures)
    return _erase(pictures, settings).clamp(0.0, 1.0)


def mixup(pictures: Tensor, targets: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """Blends every face with the next one of the batch, and their targets (n, 7) in the same proportion."""
    if alpha == 0.0:
        return pictures, targets
    share = float(torch.distributions.Beta(alpha, alpha).sample())
    return (
        share * pictures + (1.0 - share) * pictures.roll(1, 0),
        share * targets + (1.0 - share) * targets.roll(1, 0),
    )


def _move(pictures: Tensor, settings: AugmentSettings) -> Tensor:
    """Mirrors, rotates, zooms and shifts; what comes in from outside repeats the edge."""
    angle = _either_way(pictures, math.radians(settings.rotate_deg)).flatten()
    zoom = torch.exp(_either_way(pictures, settings.zoom)).flatten()
    mirror = torch.where(torch.rand_like(angle) < settings.flip_chance, -1.0, 1.0)
    # The matrix takes places of the new picture (-1..1, so a shift counts twice) to places of the old one.
    shift_x, shift_y = (2.0 * _either_way(pictures, settings.shift).flatten() for _ in range(2))
    top = torch.stack([mirror * angle.cos() / zoom, -mirror * angle.sin() / zoom, shift_x], dim=1)
    bottom = torch.stack([angle.sin() / zoom, angle.cos() / zoom, shift_y], dim=1)
    grid = F.affine_grid(torch.stack([top, bottom], dim=1), list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def _reduced(pictures: Tensor, settings: AugmentSettings) -> Tensor:
    side = pictures.shape[-1]
    smaller = int(torch.randint(min(settings.smallest_px, side), side + 1, ()))
    reduced = F.interpolate(pictures, size=(smaller, smaller), mode="bilinear", antialias=True)
    return F.interpolate(reduced, size=pictures.shape[-2:], mode="bilinear")


def _erase(pictures: Tensor, settings: AugmentSettings) -> Tensor:
    """Covers a rectangle with one shade of grey (Zhong et al., 2017, "Random Erasing Data Augmentation")."""
    height, width = pictures.shape[-2:]
    low, high = settings.erase_side
    rows = torch.arange(height, device=pictures.device).view(1, 1, height, 1) / height
    columns = torch.arange(width, device=pictures.device).view(1, 1, 1, width) / width
    side_y, side_x = (low + (high - low) * _chance_scale(pictures, 1.0) for _ in range(2))
    top, left = (_chance_scale(pictures, 1.0) * (1.0 - side) for side in (side_y, side_x))
    inside = (rows >= top) & (rows < top + side_y) & (columns >= left) & (columns < left + side_x)
    covered = torch.where(inside, _chance_scale(pictures, 1.0), pictures)
    return _where(settings.erase_chance, covered, pictures)


def _where(chance: float, changed: Tensor, pictures: Tensor) -> Tensor:
    return torch.where(_chance_scale(pictures, 1.0) < chance, changed, pictures)


def _chance_scale(pictures: Tensor, most: float) -> Tensor:
    """One number a picture, 0..most, as (n, 1, 1, 1)."""
    return most * torch.rand(len(pictures), 1, 1, 1, device=pictures.device)


def _either_way(pictures: Tensor, most: float) -> Tensor:
    """One number a picture, -most..most, as (n, 1, 1, 1)."""
    return _chance_scale(pictures, 2.0 * most) - most
