"""The page that explains the words, and the links that lead to it."""

import re

import pytest

from emoclassify.words.glossary import NAMES, OF_STUDIES
from emoclassify.words.texts import LANGUAGES
from tests.support.app_pages import everything, opened, posted
from tests.support.pages import visit
from tests.support.serving import Served
from webapp.parts.terms import GUIDE, term_links
from webapp.parts.texts import texts_in

pytestmark = [
    pytest.mark.usefixtures("nothing_kept_in_memory"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_has_a_name_and_a_meaning(language: str) -> None:
    texts = texts_in(language)
    for name in (*NAMES, *OF_STUDIES):
        assert len(texts[f"meaning_{name}"]) > len(texts[f"term_{name}"]) > 0
    assert f"(/{GUIDE}#valence)" in term_links(("valence",), visit(language))


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_a_result_leads_to_a_word_that_is_explained(server: Served, language: str) -> None:
    at = opened("result", language, job=posted(server)["id"])
    helps = "\n".join(metric.proto.help for metric in at.metric)
    links = set(re.findall(rf"\(/{GUIDE}#(\w+)\)", f"{everything(at)}\n{helps}"))
    labels = "\n".join(metric.label for metric in at.metric)
    assert f"](/{GUIDE}#valence)" in labels, "the name of a figure is the link"
    assert {"valence", "readable", "positive"} <= links
    guide = opened(GUIDE, language)
    anchors = {header.proto.anchor for header in guide.subheader}
    assert links <= anchors == {*NAMES, *OF_STUDIES}
    said = everything(guide).replace("\\", "")
    assert all(texts_in(language)[f"meaning_{name}"] in said for name in NAMES)
