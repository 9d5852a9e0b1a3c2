"""What Hypothesis draws for several tests."""

import numpy as np
from hypothesis import strategies as st

from emoclassify.labels import Scores


def scores_strategy() -> st.SearchStrategy[Scores]:
    """Scores of the seven emotions, none of them near nothing: float32 (7,), 1 in all."""
    raw = st.lists(st.floats(0.0625, 1, width=32), min_size=7, max_size=7)
    return raw.map(lambda values: (np.array(values) / np.sum(values)).astype(np.float32))
