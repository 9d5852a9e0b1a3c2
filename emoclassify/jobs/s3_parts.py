"""Parts of files whose sender was killed: S3 keeps them, and lists them nowhere among the files."""

import logging
from datetime import datetime
from typing import Any

logger = logging.getLogger(__name__)


def remove_parts(store: Any, prefix: str, before: datetime | None = None) -> None:
    """Removes the parts of all files that were begun and not completed; of a store that cannot list them, none.

    Args:
        store: a file system of fsspec, with the errors of `s3_errors.Translated`.
        prefix: bucket and the beginning of the files' names.
        before: only of files that were begun before this time.
    """
    if "s3" not in store.protocol:
        return
    bucket, key, _ = store.split_path(prefix)
    question = {"Bucket": bucket, "Prefix": key}
    try:
        while True:
            answer = store.call_s3("list_multipart_uploads", **question)
            for begun in answer.get("Uploads", ()):
                if before is None or begun["Initiated"] < before:
                    facts = {"Bucket": bucket, "Key": begun["Key"], "UploadId": begun["UploadId"]}
                    store.call_s3("abort_multipart_upload", **facts)
            if not answer.get("IsTruncated"):
                return
            question |= {"KeyMarker": answer["NextKeyMarker"], "UploadIdMarker": answer["NextUploadIdMarker"]}
    except OSError as exc:
        logger.warning("parts of unfinished files cannot be removed: %s", type(exc).__name__)
