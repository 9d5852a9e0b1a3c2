"""The token of the user who runs a server on this machine: other users of the machine do not have it.

`emoclassify serve` makes it in the data folder, for its user alone; the client of the same user finds it there.
"""

import ipaddress
import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

_LONGEST = 500


def token_path() -> Path:
    """The file of the token."""
    import platformdirs

    return Path(os.environ.get("EMOCLASSIFY_DATA_DIR") or platformdirs.user_data_path("emoclassify")) / "token"


def make_token(path: Path) -> str:
    """The token in a file; makes both where they are missing.

    Raises:
        OSError: it cannot be read or made.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        partial_path = path.with_name(f"{path.name}.{os.urandom(4).hex()}")
        file_fd = os.open(partial_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(file_fd, os.urandom(32).hex().encode())
            os.link(partial_path, path)  # whole, and never over one that is there
        finally:
            os.close(file_fd)
            partial_path.unlink()
    path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()


def token_for(url: str) -> str:
    """The token to send to an address: that of this user for a server on this machine, else none."""
    if not _is_this_machine(urlsplit(url).hostname or ""):
        return ""
    try:
        token = token_path().read_text(encoding="ascii").strip()
    except (ImportError, OSError, ValueError):
        return ""
    return token if len(token) <= _LONGEST and token.isprintable() else ""


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
