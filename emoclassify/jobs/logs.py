"""Logs as JSON lines: ids, sizes and timings; never names or contents."""

import json
import logging
import os
import sys
import time

_EXTRA_FIELDS = ("job", "worker", "method", "call", "status", "ms", "size_bytes", "tries")
"""What a line may carry beside its message."""


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time (UTC), level, logger, message, and the extra fields."""
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        line |= {name: vars(record)[name] for name in _EXTRA_FIELDS if name in vars(record)}
        if record.exc_info and os.environ.get("EMOCLASSIFY_DEBUG"):
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log_as_json_lines() -> None:
    """Sends all logs of this process to stderr, as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("alembic", "uvicorn", "httpx", "httpcore", "celery", "kombu"):
        logging.getLogger(name).setLevel(logging.WARNING)
