"""Simulates panels of viewers whose answers are known: how often a difference between two films is found.

What is simulated: two films of 30 s, each seen by viewers of its own, and one curve a viewer with a value every half
second. A curve is the viewer's usual level (normal, sd 0.15), plus noise that goes on from one half second to the next
(AR(1), sd 0.15, correlation 0.8), plus a smile in one scene of 3 s where the viewer smiles at all: it lifts the curve
by 0.2 to 0.8. Of the first film's viewers 20 % smile, of the second's more: the difference to be found. Before the film
5 s of rest are recorded, whose median is taken as the viewer's usual level.

How it is looked for, each at 5 % false alarms:

- the scene marked beforehand: does its mean differ, given each viewer's level at rest? (analysis of covariance);
- the whole film: do the curves differ anywhere? (the cluster test of Maris & Oostenveld 2007, "Nonparametric
  statistical testing of EEG- and MEG-data": the largest run of half seconds in which Welch's t is beyond its 97.5 %
  point, its mass compared with those after whole viewers were dealt anew to the two films).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

Values = npt.NDArray[np.float64]

ALPHA = 0.05
PANEL_SIZES = (20, 30, 50, 75, 100, 200)
DIFFERENCES = (0.0, 0.2, 0.4)
"""How many more of the second film's viewers smile; 0: a difference that is found is a false alarm."""

_N_BINS, _N_REST_BINS = 60, 10
_SCENE = slice(20, 26)
_SD, _CORRELATION = 0.15, 0.8
_SMILERS, _LEAST_SMILE, _LARGEST_SMILE = 0.2, 0.2, 0.8


@dataclass(frozen=True)
class Power:
    """The share of simulated pairs of panels in which the difference was found, 0..1."""

    n_per_film: int
    difference: float
    in_scene: float
    in_film: float


def measure(n_per_film: int, difference: float, *, n_panels: int, n_permutations: int, seed: int = 16) -> Power:
    """Simulates pairs of panels and looks for the difference in each.

    Args:
        n_per_film: viewers of each film.
        difference: how many more of the second film's viewers smile, 0..0.8.
        n_panels: how many pairs are simulated.
        n_permutations: of the cluster test.
        seed: of the random numbers; the same seed gives the same panels.
    """
    rng = np.random.default_rng([seed, n_per_film, round(100 * difference)])
    p_values = []
    for _ in range(n_panels):
        curves, levels = panels(n_per_film, difference, rng)
        film = film_p_value(curves, levels, n_permutations=n_permutations, rng=rng)
        p_values.append((scene_p_value(curves, levels), film))
    in_scene, in_film = (np.array(p_values) <= ALPHA).mean(axis=0)
    return Power(n_per_film, difference, float(in_scene), float(in_film))


def panels(n_per_film: int, difference: float, rng: np.random.Generator) -> tuple[Values, Values]:
    """The curves of both films' viewers, those of the first film first, and the levels at rest.

    Returns:
        Curves, float64 (2 n, 60), a column for every half second; levels, float64 (2 n,).
    """
    n = 2 * n_per_film
    curves = rng.normal(0, _SD, (n, 1)) + _noise(n, _N_REST_BINS + _N_BINS, rng)
    share = np.repeat([_SMILERS, _SMILERS + difference], n_per_film)
    smiles = np.where(rng.random(n) < share, rng.uniform(_LEAST_SMILE, _LARGEST_SMILE, n), 0.0)
    rest, film = curves[:, :_N_REST_BINS], curves[:, _N_REST_BINS:]
    film[:, _SCENE] += smiles[:, None]
    return film, np.median(rest, axis=1)


def _noise(n: int, n_bins: int, rng: np.random.Generator) -> Values:
    """AR(1) noise of standard deviation `_SD`, float64 (n, n_bins)."""
    steps = rng.normal(0, _SD, (n, n_bins))
    noise = np.empty_like(steps)
    noise[:, 0] = steps[:, 0]
    for i in range(1, n_bins):
        noise[:, i] = _CORRELATION * noise[:, i - 1] + np.sqrt(1 - _CORRELATION**2) * steps[:, i]
    return noise


def scene_p_value(curves: Values, levels: Values) -> float:
    """Whether the scene's mean differs between the films, given the level at rest: the p-value of the film in the
    linear model scene ~ 1 + film + level.

    Args:
        curves: float64 (2 n, 60), those of the first film first.
        levels: float64 (2 n,).
    """
    scene = curves[:, _SCENE].mean(axis=1)
    film = np.repeat([0.0, 1.0], len(scene) // 2)
    design = np.column_stack([np.ones_like(film), film, levels])
    coefficients, squares, *_ = np.linalg.lstsq(design, scene, rcond=None)
    n_free = len(scene) - design.shape[1]
    variance = squares[0] / n_free * np.linalg.inv(design.T @ design)[1, 1]
    return float(2 * student.sf(abs(coefficients[1]) / np.sqrt(variance), n_free))


def film_p_value(curves: Values, levels: Values, *, n_permutations: int, rng: np.random.Generator) -> float:
    """Whether the curves differ anywhere: (1 + permutations with a cluster as large) / (1 + permutations).

    Args:
        curves: float64 (2 n, 60), those of the first film first.
        levels: float64 (2 n,); each viewer's is subtracted.
        n_permutations: how often the viewers are dealt anew.
        rng: deals them.
    """
    n = len(curves)
    film = np.repeat([0.0, 1.0], n // 2)
    dealt = rng.permuted(np.tile(film, (n_permutations, 1)), axis=1)
    masses = largest_masses(curves - levels[:, None], np.vstack([film, dealt]))
    return float((masses >= masses[0] - 1e-9).mean())


def largest_masses(curves: Values, films: Values) -> Values:
    """The largest cluster mass for each division of the viewers into two films of the same size.

    Args:
        curves: float64 (2 n, bins).
        films: float64 (divisions, 2 n): 0 for a viewer of the first film, 1 for one of the second.

    Returns:
        float64 (divisions,): the largest sum of |t| over neighbouring half seconds whose t has one sign and is beyond
        its 97.5 % point; 0 where there is none.
    """
    t_values = _welch(curves, films)
    beyond = float(student.ppf(1 - ALPHA / 2, curves.shape[0] - 2))
    largest = np.zeros(len(films))
    for sign in (1, -1):
        run = np.zeros(len(films))
        for column in (sign * t_values).T:
            run = np.where(column > beyond, run + column, 0.0)
            largest = np.maximum(largest, run)
    return largest


def _welch(curves: Values, films: Values) -> Values:
    """Welch's t of second minus first film, float64 (divisions, bins)."""
    n = curves.shape[0] // 2
    sums, squares = films @ curves, films @ curves**2
    other_sums, other_squares = curves.sum(axis=0) - sums, (curves**2).sum(axis=0) - squares
    variances = (squares - sums**2 / n + other_squares - other_sums**2 / n) / (n - 1)
    return np.asarray((sums - other_sums) / n / np.sqrt(variances / n))


def table(n_panels: int, n_permutations: int) -> list[str]:
    """The power of panels of every size for every difference, as a table: percent found in the scene, in the film."""
    heads = [f"{100 * difference:.0f} points: {where}" for difference in DIFFERENCES for where in ("scene", "film")]
    lines = [f"| viewers of each film | {' | '.join(heads)} |", "|---" * (1 + len(heads)) + "|"]
    for n_per_film in PANEL_SIZES:
        powers = [
            measure(n_per_film, difference, n_panels=n_panels, n_permutations=n_permutations)
            for difference in DIFFERENCES
        ]
        percents = [f"{100 * share:.0f}" for power in powers for share in (power.in_scene, power.in_film)]
        lines.append(f"| {n_per_film} | {' | '.join(percents)} |")
    return lines
