"""The call that shows what this server accepts."""

from typing import Any

from apiflask import APIBlueprint

from api.access import caller
from api.fields import offered_models
from api.schemas import LONGEST_LABEL, LimitsOut
from emoclassify.jobs.service import Jobs
from emoclassify.media.formats import MEDIA_ENDINGS
from emoclassify.settings import Options
from emoclassify.words.texts import LANGUAGES


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
            "max_label_length": LONGEST_LABEL,
            "keep_days": service.settings.keep_days,
            "max_keep_days": service.settings.max_keep_days,
            "endings": [ending.removeprefix(".") for ending in MEDIA_ENDINGS],
            "expression_models": list(offered_models(defaults, service.settings)),
            "languages": list(LANGUAGES),
        }

    return calls
