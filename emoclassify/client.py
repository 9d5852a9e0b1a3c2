"""The API's Python client, at the address that scripts import it from: see `emoclassify.remote.client`."""

from emoclassify.remote.client import ApiAwayError, ApiError, Client, Job

__all__ = ["ApiAwayError", "ApiError", "Client", "Job"]
