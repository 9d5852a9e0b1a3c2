"""Linear models on what a frozen network hears: multinomial logistic regression, which torch fits in seconds."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

Rows = npt.NDArray[np.float32]

_ROUNDS = 150  # of the optimiser at most; it stops earlier where nothing changes


@dataclass(frozen=True)
class Linear:
    """Logits of rows: `rows @ weight + bias`.

    Attributes:
        weight: float32 (features, classes).
        bias: float32 (classes,).
    """

    weight: Rows
    bias: Rows

    def logits(self, rows: Rows) -> Rows:
        """float32 (n, features) -> float32 (n, classes)."""
        return np.asarray(rows @ self.weight + self.bias, dtype=np.float32)

    def scores(self, rows: Rows) -> Rows:
        """float32 (n, features) -> float32 (n, classes), each row sums to 1."""
        logits = self.logits(rows)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def fit_linear(rows: Rows, targets: Rows, row_weights: Rows, penalty: float) -> Linear:
    """The linear model under which the targets are likeliest, with small weights.

    Args:
        rows: float32 (n, features), of any scale; they are standardised inside, and the result takes them as they are.
        targets: float32 (n, classes), each row sums to 1.
        row_weights: float32 (n,), how much each row counts.
        penalty: of the squared weights of standardised features, above 0: the higher, the smaller they are.
    """
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    standard = torch.from_numpy((rows - mean) / spread)
    truth, shares = torch.from_numpy(targets), torch.from_numpy(row_weights / row_weights.sum())
    weight = torch.zeros(rows.shape[1], targets.shape[1], requires_grad=True)
    bias = torch.zeros(targets.shape[1], requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=_ROUNDS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        log_scores = torch.log_softmax(standard @ weight + bias, dim=1)
        total = -(shares * (truth * log_scores).sum(dim=1)).sum() + penalty * weight.square().sum()
        total.backward()  # type: ignore[no-untyped-call]  # torch leaves it without types
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]  # as above
    of_rows = weight.detach().numpy() / spread[:, None]
    return Linear(of_rows, np.asarray(bias.detach().numpy() - mean @ of_rows, dtype=np.float32))


def fit_apart(rows: Rows, targets: Rows, row_weights: Rows, penalty: float) -> Linear:
    """The same in a process of its own, beside TensorFlow: torch's optimiser does not get on with it in one."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(fit_linear, rows, targets, row_weights, penalty).result()
