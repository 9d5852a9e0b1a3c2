"""The API's Python client under the name that scripts import: see `emoclassify.remote.client`."""

from emoclassify.remote.client import ApiAwayError, ApiError, Client, Job

__all__ = ["ApiAwayError", "ApiError", "Client", "Job"]
