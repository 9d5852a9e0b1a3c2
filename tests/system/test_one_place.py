"""What is declared in one place is known wherever it is needed."""

import argparse
from dataclasses import dataclass
from typing import Any

import pytest

from api import create_app
from api.fields import form_fields, read_fields
from docs.hooks import options_table, settings_table
from emoclassify.cli.options import add_options
from emoclassify.declared import Option, Range, Role, Setting, declare
from emoclassify.errors import UsageError
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.settings import ServerSettings, settings_of
from emoclassify.settings import Options, options_of
from webapp.views.new import fields_of, shown_options


@dataclass(frozen=True, kw_only=True)
class MoreOptions(Options):
    """With two options that nobody else knows of."""

    confetti: bool = declare(
        False,
        Option(
            help="Throw confetti at every smile.",
            role=Role.OUTPUTS,
            posted_as="make_confetti",
            on_page=65,
            label="Confetti",
            hint="A few seconds.",
        ),
    )
    paper_mm: int = declare(
        5, Option(help="How large a piece is.", role=Role.OUTPUTS, range=Range(at_least=1, at_most=20), metavar="MM")
    )


def test_an_option_is_known_to_the_command_line() -> None:
    parser = argparse.ArgumentParser()
    add_options(parser, options_of(MoreOptions))
    given = vars(parser.parse_args(["--confetti", "--paper-mm", "7"]))
    options = MoreOptions.read(given, {})
    assert (options.confetti, options.paper_mm) == (True, 7)
    assert MoreOptions.read(vars(parser.parse_args([])), {}) == MoreOptions()
    told = " ".join(parser.format_help().split())
    assert "--confetti throw confetti at every smile" in told
    assert "--paper-mm MM how large a piece is (default 5)" in told


def test_an_option_is_known_to_the_environment_and_the_checks() -> None:
    assert MoreOptions.read({}, {"EMOCLASSIFY_PAPER_MM": "9"}).paper_mm == 9
    with pytest.raises(UsageError, match="paper-mm must be 1 to 20, but is 21"):
        MoreOptions(paper_mm=21)
    assert MoreOptions.from_dict(MoreOptions(confetti=True).to_dict()).confetti


def test_an_option_is_known_to_the_form_and_its_description(service: Jobs) -> None:
    asked = read_fields({"make_confetti": "Yes", "paper_mm": "3"}, MoreOptions(), ServerSettings())
    assert asked.options == MoreOptions(confetti=True, paper_mm=3)
    document: Any = create_app(service, defaults=MoreOptions()).test_client().get("/openapi.json").get_json()
    content = document["paths"]["/v1/jobs"]["post"]["requestBody"]["content"]["multipart/form-data"]
    described = content["schema"]["properties"]
    assert described["paper_mm"] == {
        **{"type": "integer", "minimum": 1, "maximum": 20},
        "description": "How large a piece is.",
    }
    assert described["make_confetti"]["description"] == "Throw confetti at every smile."
    assert "confetti" not in described


def test_an_option_is_known_to_the_page() -> None:
    options = shown_options(MoreOptions)
    assert [option.name for option in options if option.role is Role.OUTPUTS] == [
        *("report", "graph", "annotate", "confetti", "anonymize", "xlsx")
    ]
    assert fields_of(options, {"confetti": True}, "", "", None) == {"make_confetti": "true"}


def test_an_option_is_known_to_the_guide() -> None:
    assert "| <code>--paper-mm</code> | <code>paper_<wbr>mm</code> | `5` | How large a piece is. |" in options_table(
        options_of(MoreOptions)
    )
    assert "EMOCLASSIFY_<wbr>CONFETTI" in settings_table(options_of(MoreOptions))


def test_a_setting_of_the_server_is_known_to_the_environment_and_the_guide() -> None:
    @dataclass(frozen=True, kw_only=True)
    class MoreSettings(ServerSettings):
        paper_mm: int = declare(5, Setting(help="How large a piece is.", range=Range(above=0)))

    assert MoreSettings.read({"EMOCLASSIFY_PAPER_MM": "9"}).paper_mm == 9
    with pytest.raises(UsageError, match="EMOCLASSIFY_PAPER_MM must be above 0, but is 0"):
        MoreSettings.read({"EMOCLASSIFY_PAPER_MM": "0"})
    assert "| `5` | How large a piece is. |" in settings_table(settings_of(MoreSettings))


def test_what_is_posted_means_what_the_command_line_means() -> None:
    """The same help for both, and each option that may be posted is a field of the form."""
    fields = form_fields(Options)
    for option in options_of():
        assert (option.field in fields) == option.posted
        if option.posted:
            assert fields[option.field].option == option.name
            assert fields[option.field].help.startswith(option.help.removesuffix("."))
