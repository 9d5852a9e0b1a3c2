"""The API that the pages of a test call, with a stand-in for the analysis."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from tests.support.findings import with_a_gap
from tests.support.serving import Served, StandIn, served
from webapp.server.connections import close_all


@pytest.fixture
def nothing_kept_in_memory() -> Iterator[None]:
    st.cache_data.clear()
    yield
    close_all()


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn(with_a_gap())


@pytest.fixture
def server(tmp_path: Path, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with served(tmp_path / "data", stand_in) as running:
        monkeypatch.setenv("EMOCLASSIFY_API_URL", running.url)
        yield running
        stand_in.may_end.set()
