"""Makes panels of viewers whose truth is known, to try the statistics of studies on.

Two films of 30 s, each seen by viewers of its own, and one curve a viewer with a value every half second. A curve is
the viewer's usual level (normal, sd 0.15), plus noise that goes on from one half second to the next (AR(1), sd 0.15,
correlation 0.8), plus a smile in one scene of 3 s where the viewer smiles at all: it lifts the curve by 0.2 to 0.8.
Before the film 5 s of rest are recorded, whose median is taken as the viewer's usual level.
"""

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

SMILERS = 0.2
"""The share of viewers who smile, unless something else is asked for."""

SCENE = slice(20, 26)
"""The bins of the scene."""

N_BINS = 60
_N_REST_BINS = 10
_SD, _CORRELATION = 0.15, 0.8
_LEAST_SMILE, _LARGEST_SMILE = 0.2, 0.8


def panel(n: int, rng: np.random.Generator, smilers: float = SMILERS) -> tuple[Values, Values]:
    """The curves of the viewers of one film and their levels at rest.

    Args:
        n: viewers.
        rng: makes them.
        smilers: the share of them who smile, 0..1.

    Returns:
        Curves, float64 (n, 60), a column for every half second; levels, float64 (n,).
    """
    curves = rng.normal(0, _SD, (n, 1)) + noise(n, _N_REST_BINS + N_BINS, rng)
    smiles = np.where(rng.random(n) < smilers, rng.uniform(_LEAST_SMILE, _LARGEST_SMILE, n), 0.0)
    rest, film = curves[:, :_N_REST_BINS], curves[:, _N_REST_BINS:]
    film[:, SCENE] += smiles[:, None]
    return film, np.median(rest, axis=1)


def true_curve(smilers: float = SMILERS) -> Values:
    """The mean curve of all viewers there could be, float64 (60,)."""
    curve = np.zeros(N_BINS)
    curve[SCENE] = smilers * (_LEAST_SMILE + _LARGEST_SMILE) / 2
    return curve


def panel_of_few(n: int, rng: np.random.Generator) -> tuple[Values, Values]:
    """A panel of which one in four shows something all the time (0.6 in the mean) and the others nothing at all.

    Returns:
        Curves, float64 (n, 60), and the true mean curve, float64 (60,).
    """
    curves = np.abs(rng.normal(0, 0.002, (n, N_BINS)))
    shows = rng.random(n) < 0.25
    curves[shows] = 0.6 + noise(int(shows.sum()), N_BINS, rng)
    return curves, np.full(N_BINS, 0.25 * 0.6 + 0.75 * 0.002 * np.sqrt(2 / np.pi))


def panel_of_wanderers(n: int, rng: np.random.Generator) -> Values:
    """Viewers who all smile once for 3 s, anywhere in the film, which has no end here: no scene stands out of it.

    Returns:
        Curves, float64 (n, 60).
    """
    curves, _ = panel(n, rng, 0.0)
    n_bins = SCENE.stop - SCENE.start
    bins = (rng.integers(0, N_BINS, (n, 1)) + np.arange(n_bins)) % N_BINS
    curves[np.arange(n)[:, None], bins] += rng.uniform(_LEAST_SMILE, _LARGEST_SMILE, (n, 1))
    return curves


def noise(n: int, n_bins: int, rng: np.random.Generator) -> Values:
    """AR(1) noise of standard deviation 0.15, float64 (n, n_bins)."""
    steps = rng.normal(0, _SD, (n, n_bins))
    curves = np.empty_like(steps)
    curves[:, 0] = steps[:, 0]
    for i in range(1, n_bins):
        curves[:, i] = _CORRELATION * curves[:, i - 1] + np.sqrt(1 - _CORRELATION**2) * steps[:, i]
    return curves
