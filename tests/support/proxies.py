"""The proxy of the compose file with its shipped configuration, on this machine, with a certificate made for it."""

import base64
import hashlib
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.browsing import PATIENCE_S, free_port
from tests.support.sources import ROOT

NAME = "lab.test"
"""Under which the proxy is called; its certificate holds for it and for 127.0.0.1."""

_CADDYFILE = ROOT / "docker" / "Caddyfile"


@dataclass(frozen=True)
class Proxy:
    """One that runs.

    Attributes:
        port: on 127.0.0.1.
        certificate: a file.
        key_sha256: of the certificate's key, as Chromium takes it.
    """

    port: int
    certificate: Path
    key_sha256: str

    @property
    def url(self) -> str:
        """As browsers call it."""
        return f"https://{NAME}:{self.port}"

    @property
    def trusting(self) -> tuple[str, ...]:
        """Arguments with which Chromium trusts this certificate, and no other that nobody has signed."""
        return (f"--ignore-certificate-errors-spki-list={self.key_sha256}",)

    def client(self) -> httpx.Client:
        """Calls the proxy by its name, and trusts its certificate alone."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        headers = {"Host": f"{NAME}:{self.port}"}
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.port}", headers=headers, verify=context, trust_env=False, timeout=60
        )


def caddy() -> str | None:
    """The program; None where it is not installed."""
    return shutil.which("caddy")


@contextmanager
def proxy(folder: Path, api_port: int, page_port: int) -> Iterator[Proxy]:
    """Caddy with docker/Caddyfile, in which only ports and the places of the secrets are others."""
    port = free_port()
    certificate, key, key_sha256 = _certificate(folder)
    text = _CADDYFILE.read_text()
    for shipped, here in (
        ("\n:8443 {", f"\n:{port} {{\n\tbind 127.0.0.1"),
        ("api:8000", f"127.0.0.1:{api_port}"),
        ("webapp:8501", f"127.0.0.1:{page_port}"),
        ("/run/secrets/tls-certificate", str(certificate)),
        ("/run/secrets/tls-key", str(key)),
    ):
        assert shipped in text
        text = text.replace(shipped, here)
    (folder / "Caddyfile").write_text(text)
    program = caddy()
    assert program is not None
    environ = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "caddy.log").open("wb") as log:
        running = subprocess.Popen(
            [program, "run", "--config", "Caddyfile", "--adapter", "caddyfile"],
            cwd=folder,
            env=environ,
            stdout=log,
            stderr=log,
        )
        try:
            made = Proxy(port, certificate, key_sha256)
            _wait_for(made, running)
            yield made
        finally:
            running.terminate()
            running.wait(PATIENCE_S)


def _wait_for(made: Proxy, running: "subprocess.Popen[bytes]") -> None:
    with made.client() as client:
        while running.poll() is None:
            try:
                client.get("/healthz")
                return
            except httpx.ConnectError:
                continue
    raise AssertionError((made.certificate.parent / "caddy.log").read_text())


def _certificate(folder: Path) -> tuple[Path, Path, str]:
    """A certificate of one's own with its key, as files, and the digest of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(pem))
    paths[1].write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return *paths, base64.b64encode(hashlib.sha256(public).digest()).decode()
