"""The commands `models list|verify|fetch`."""

import argparse
from typing import Any

from emoclassify.cli.terminal import DONE
from emoclassify.networks import models, recognizers
from emoclassify.settings import VOICE_MODELS, Options
from emoclassify.stages import models_of

_OWN_MODELS_HINT = (
    "A voice model trained on recordings of your own may be used under your own terms; voice_model/README.md says\n"
    "how: python -m voice_model train and export, then --voice-model DIR."
)

_OFFERS = ", ".join(f"{offer.name} ({offer.languages})" for offer in recognizers.OFFERS)


def add_models_commands(commands: Any) -> None:
    """Adds them to the command line."""
    parser = commands.add_parser("models", help="list, verify or fetch models")
    actions = parser.add_subparsers(required=True, metavar="WHAT")
    actions.add_parser("list", help="name, purpose, terms and place of each").set_defaults(run=_list_models)
    actions.add_parser("verify", help="compare the checksums of all files").set_defaults(run=_verify_models)
    fetch_parser = actions.add_parser("fetch", help="download a model from the Hugging Face hub, by name")
    fetch_parser.add_argument(
        "name",
        metavar="NAME",
        help=f"an expression model, e.g. trpakov/vit-face-expression, or one that writes down speech: {_OFFERS}",
    )
    fetch_parser.set_defaults(run=_fetch_model)


def _installed_models() -> list[models.ModelInfo]:
    """The models that come with the program, then the fetched ones."""
    return [*models_of(*(Options(voice_model=name) for name in VOICE_MODELS)), *models.fetched_models()]


def _list_models(args: argparse.Namespace) -> int:
    installed_models = _installed_models()
    for model in installed_models:
        terms = f"{model.licence}, not for commercial use" if model.commercial_use is False else model.licence
        print(f"{model.name:<28} {model.purpose:<32} {terms:<44} {model.path}")
    if any(model.commercial_use is False for model in installed_models):
        print(f"\n{_OWN_MODELS_HINT}")
    return DONE


def _verify_models(args: argparse.Namespace) -> int:
    for model in _installed_models():
        models.verify(model)
        print(f"{model.name}: {len(model.files)} file{'s' if len(model.files) != 1 else ''} as recorded")
    return DONE


def _fetch_model(args: argparse.Namespace) -> int:
    writes_words = recognizers.is_offered(args.name)
    model = recognizers.fetch_recognizer(args.name) if writes_words else models.fetch(args.name)
    print(f"{model.name}: fetched to {model.path}")
    for file, digest in model.files.items():
        print(f"{digest}  {file}")
    if writes_words:
        print(f"Use it with --transcribe (--transcribe-model {model.name}); terms of the weights: {model.licence}.")
    else:
        print(f"Use it with --expression-model {model.name}; its publisher's terms hold.")
    return DONE
