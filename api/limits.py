"""The call that shows what this server accepts."""

from typing import Any

from apiflask import APIBlueprint

from api.access import caller
from api.fields import offered_models, refused_fields
from api.schemas import LONGEST_LABEL, LimitsOut
from emoclassify.jobs.service import Jobs
from emoclassify.media.formats import MEDIA_ENDINGS
from emoclassify.settings import Options, options_of
from emoclassify.terms import restricted_by, restricted_in_sound
from emoclassify.words.texts import LANGUAGES

_FILE = "file"


def limits_calls(service: Jobs, defaults: Options) -> APIBlueprint:
    """GET of /v1/limits."""
    calls = APIBlueprint("limits", __name__, url_prefix="/v1", tag="server")

    @calls.get("/limits")
    @calls.output(LimitsOut)
    @calls.doc(summary="What this server takes", operation_id="limits")
    def limits() -> dict[str, Any]:
        """How large, which kinds of files, how long they are kept, which models and languages."""
        return {
            "max_upload_mb": caller().max_upload_bytes // 1024**2,
            "max_length_s": service.settings.max_length_s,
            "max_label_length": LONGEST_LABEL,
            "keep_days": service.settings.keep_days,
            "max_keep_days": service.settings.max_keep_days,
            "endings": [ending.removeprefix(".") for ending in MEDIA_ENDINGS],
            "expression_models": list(offered_models(defaults, service.settings)),
            "languages": list(LANGUAGES),
            "voice": defaults.voice != "off",
            "refused_fields": refused_fields(defaults),
            "not_commercial": _not_commercial(defaults),
        }

    return calls


def _not_commercial(defaults: Options) -> list[dict[str, str]]:
    """Each field that brings in a model not for commercial use, with the model's name and terms."""
    posted = [option for option in options_of(type(defaults)) if option.posted]
    models_of_fields = {option.field: restricted_by(option, defaults) for option in posted}
    models_of_fields[_FILE] = restricted_in_sound(defaults)
    return [
        {"field": field, "model": model.name, "licence": model.licence}
        for field, models in models_of_fields.items()
        for model in models
    ]
