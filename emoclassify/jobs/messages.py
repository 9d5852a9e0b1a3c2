"""What the broker may hand to a worker: messages of ours and no others.

Celery ends its worker at the first message that it cannot take apart, and one that waits in the broker would end
worker after worker. So a message is looked at before Celery sees it, and dropped where it is not one of ours: the job
that it may have been about stands in the database, and is told of again.
"""

import base64
import json
import logging
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis

from emoclassify.jobs.storage import is_id

logger = logging.getLogger(__name__)

TASK = "emoclassify.run"

_NOT_OURS = "a broken message was discarded"


class Channel(redis.Channel):  # type: ignore[misc]  # kombu has no types
    """Reads messages from Redis, and goes on after one that is no JSON."""

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)
        except Empty:
            raise
        except (ValueError, RecursionError):  # of json; by then the message is out of the broker
            logger.warning(_NOT_OURS)
            return True


class Transport(redis.Transport):  # type: ignore[misc]
    """Redis as Celery's broker, without the messages that are not ours."""

    Channel = Channel

    def _deliver(self, message: Any, queue: str) -> None:
        if is_ours(message):
            super()._deliver(message, queue)
        else:
            logger.warning(_NOT_OURS)


# By its name in addresses: an address with TLS, rediss://, stays one.
TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), f"{__name__}:Transport"))


def is_ours(message: Any) -> bool:
    """True for a message that says, as Celery writes it, which job a worker is to run."""
    try:
        headers, properties = message["headers"], message["properties"]
        if headers["task"] != TASK or any(headers.get(name) for name in ("eta", "expires", "compression")):
            return False
        is_plain = (message["content-type"], message["content-encoding"]) == ("application/json", "utf-8")
        is_plain = is_plain and properties["body_encoding"] == "base64" and isinstance(headers["id"], str)
        return is_plain and isinstance(properties["delivery_tag"], str) and _names_a_job(message["body"])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return False


def _names_a_job(body: str) -> bool:
    arguments, named, _ = json.loads(base64.b64decode(body, validate=True))
    (job_id,) = arguments
    return isinstance(job_id, str) and is_id(job_id) and named == {}
