"""Changes training faces at random, a whole batch at a time, with tensor operations only (the same on CPU and CUDA)."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from video.settings import AugmentSettings

# fmt: off
_BRIGHTNESS_STEPS = (
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)
# fmt: on


def augment(pictures: Tensor, settings: AugmentSettings) -> Tensor:
    """Grey pictures float (n, 1, h, w) in 0..1 -> the same shape and range, each changed differently."""
    pictures = _move(pictures, settings)
    pictures = pictures.clamp_min(1e-3) ** torch.exp(_either_way(pictures, settings.gamma_log))
    pictures = _where(settings.blur_chance, _reduced(pictures, settings), pictures)
    pictures = _where(settings.glasses_chance, _with_glasses(pictures), pictures)
    noise = torch.randn_like(pictures) * _chance_scale(pictures, settings.noise_std)
    pictures = _where(settings.noise_chance, pictures + noise, pictures)
    pictures = _erase(pictures, settings).clamp(0.0, 1.0)
    low, high = settings.jpeg_quality
    quality = int(torch.randint(low, high + 1, ()))
    return _where(settings.jpeg_chance, compressed(pictures, quality), pictures)


def compressed(pictures: Tensor, quality: int) -> Tensor:
    """Grey pictures float (n, 1, h, w) in 0..1, sides divisible by 8, after JPEG of that quality (1..100).

    Only the lossy steps are done: the cosine transform of 8x8 blocks and the rounding by the table of brightness of
    ITU-T T.81 (annex K), scaled as libjpeg scales it. Results are within 0..1.
    """
    count, _, height, width = pictures.shape
    blocks = (pictures * 255.0 - 128.0).view(count, height // 8, 8, width // 8, 8).transpose(2, 3)
    cosines = _cosines(pictures)
    scale = 5000 / quality if quality < 50 else 200 - 2 * quality
    steps = torch.tensor(_BRIGHTNESS_STEPS, device=pictures.device, dtype=pictures.dtype).view(8, 8)
    steps = ((steps * scale + 50) / 100).floor().clamp(1, 255)
    rounded_cosines = ((cosines @ blocks @ cosines.T) / steps).round() * steps
    decoded = (cosines.T @ rounded_cosines @ cosines).transpose(2, 3).reshape(count, 1, height, width)
    return ((decoded + 128.0).round() / 255.0).clamp(0.0, 1.0)


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
    """Mirrors, rotates, zooms and shifts; pixels from outside the picture repeat its edge."""
    angle = _either_way(pictures, math.radians(settings.rotate_deg)).flatten()
    zoom = torch.exp(_either_way(pictures, settings.zoom)).flatten()
    mirror = torch.where(torch.rand_like(angle) < settings.flip_chance, -1.0, 1.0)
    # The matrix maps points of the new picture (-1..1, so a shift counts twice) to points of the old one.
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


def _with_glasses(pictures: Tensor) -> Tensor:
    """Draws two rims with a bridge near the eyes, of random size, roundness, thickness and shade.

    Lengths are shares of the picture's side; a rim is where a superellipse's "radius" is about 1.
    """
    height, width = pictures.shape[-2:]
    rows = (torch.arange(height, device=pictures.device).view(1, 1, height, 1) + 0.5) / height
    columns = (torch.arange(width, device=pictures.device).view(1, 1, 1, width) + 0.5) / width
    centre_x, centre_y = 0.5 + _either_way(pictures, 0.05), 0.38 + _either_way(pictures, 0.06)
    apart = 0.19 + _either_way(pictures, 0.04)  # from the bridge to the middle of a lens
    half_width = apart * (0.7 + _chance_scale(pictures, 0.25))
    half_height = half_width * (0.6 + _chance_scale(pictures, 0.4))
    power = 2.0 + _chance_scale(pictures, 4.0)  # 2 is an ellipse, 6 nearly a rectangle
    thick = 0.01 + _chance_scale(pictures, 0.03)
    from_middle = (columns - centre_x).abs()
    across, down = ((from_middle - apart) / half_width).abs(), ((rows - centre_y) / half_height).abs()
    radius = (across**power + down**power) ** (1.0 / power)
    rim = (radius - 1.0).abs() * half_height < thick
    bar = ((rows - centre_y + 0.2 * half_height).abs() < thick) & ((from_middle - apart).abs() > half_width)
    dark = pictures * _chance_scale(pictures, 0.6)
    return torch.where(rim | bar, dark, pictures)


def _cosines(like: Tensor) -> Tensor:
    """The orthonormal matrix (8, 8) of the cosine transform."""
    places = torch.arange(8, device=like.device, dtype=like.dtype)
    waves = torch.cos(math.pi / 8 * places.view(8, 1) * (places + 0.5)) / 2
    waves[0] /= math.sqrt(2.0)
    return waves


def _erase(pictures: Tensor, settings: AugmentSettings) -> Tensor:
    """Covers a rectangle with one shade of grey (Zhong et al., 2017, "Random Erasing Data Augmentation")."""
    height, width = pictures.shape[-2:]
    low, high = settings.erase_side
    rows = torch.arange(height, device=pictures.device).view(1, 1, height, 1) / height
    columns = torch.arange(width, device=pictures.device).view(1, 1, 1, width) / width
    side_y, side_x = (low + (high - low) * _chance_scale(pictures, 1.0) for _ in range(2))
    top_edge, left_edge = (_chance_scale(pictures, 1.0) * (1.0 - side) for side in (side_y, side_x))
    inside = (rows >= top_edge) & (rows < top_edge + side_y) & (columns >= left_edge) & (columns < left_edge + side_x)
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
