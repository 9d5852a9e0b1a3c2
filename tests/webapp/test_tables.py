"""Tables of the page: what Streamlit would take for Markdown stands as it is."""

import pandas as pd

from tests.support.pages import visit
from tests.support.sources import sources
from webapp.parts.tables import as_text, with_links


def test_a_cell_is_no_markdown() -> None:
    """Unescaped, ">99%" is drawn as a quotation of 99%, and a name with stars in italics."""
    table = as_text(pd.DataFrame([{"of_what": ">99%", "n": 3}, {"of_what": "*a*_b_.mp4", "n": 4}]))
    assert list(table) == ["of\\_what", "n"]
    assert table.to_numpy().tolist() == [["\\>99%", "3"], ["\\*a\\*\\_b\\_\\.mp4", "4"]]


def test_words_that_are_explained_are_links_in_the_first_cell_that_says_them() -> None:
    table = with_links(
        pd.DataFrame([{"Valence": "*a*", "n": 3}, {"Valence": "cannot tell", "n": "cannot tell"}]), visit()
    )
    assert list(table) == ["[Valence](/guide#valence)", "n"]
    assert table.to_numpy().tolist() == [["\\*a\\*", "3"], ["[cannot tell](/guide#unknown)", "cannot tell"]]


def test_every_table_is_drawn_so() -> None:
    drawn = [path.name for path in sources("webapp") if "st.table(" in path.read_text(encoding="utf-8")]
    assert drawn == ["tables.py"]
