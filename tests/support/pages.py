"""What the parts of the page are given: a visit, and overviews as the API sends them."""

import json
from typing import Any

from emoclassify.analysis import Analysis
from emoclassify.overview import Overview
from emoclassify.settings import Options
from tests.support.findings import with_a_gap
from webapp.parts.session import Visit
from webapp.parts.texts import texts_in
from webapp.server.connections import client_of


def visit(language: str = "en") -> Visit:
    """A visit of the page, whose API is never called."""
    return Visit(language, texts_in(language), client_of("http://127.0.0.1:1", ""), "")


def found(made: Analysis | None = None) -> Overview:
    """As the page gets it: saved and read."""
    return Overview.from_dict(json.loads(json.dumps(Overview.of(made or checked()).to_dict())))


def checked() -> Analysis:
    """With a gap from 1 to 2 s, its voice compared with its face."""
    return analysis_with(with_a_gap(), options=Options(double_check=True))


def analysis_with(made: Analysis, **changes: Any) -> Analysis:
    """The same with other fields."""
    return Analysis(**{**{name: getattr(made, name) for name in made.__dataclass_fields__}, **changes})
