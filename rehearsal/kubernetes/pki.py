"""The keys and certificates of one control plane, made for it alone."""

import ipaddress
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# As EKS's own: CN=kubernetes, ten years.
AUTHORITY = "kubernetes"
LIFETIME = timedelta(days=3650)
# A clock that is a little behind must not find certificates that are not valid yet.
SKEW = timedelta(minutes=5)

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Files:
    """Where a certificate and its key lie.

    Attributes:
        certificate: In PEM.
        key: In PEM, for its owner's eyes only.
    """

    certificate: Path
    key: Path


class Authority:
    """A certificate authority and what it has signed.

    Args:
        folder: Where everything is kept; what is there already is gone on with.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._files = self._named("ca")
        if not self._files.certificate.exists():
            self._make()

    @property
    def certificate(self) -> Path:
        """The authority's own certificate, in PEM."""
        return self._files.certificate

    def server(self, name: str, *extra: str) -> Files:
        """A certificate for a server on loopback.

        Args:
            name: Of its files.
            extra: Further DNS names and addresses that it has.
        """
        names = [_alternative(one) for one in ("127.0.0.1", "localhost", *extra)]
        return self._signed(
            name,
            _subject(name),
            (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH),
            names,
        )

    def client(self, name: str, *groups: str) -> Files:
        """A certificate for a client: Kubernetes takes the names for those of user and groups."""
        return self._signed(name, _subject(name, *groups), (ExtendedKeyUsageOID.CLIENT_AUTH,), [])

    def signing_key(self, name: str) -> Path:
        """A key that signs service accounts' tokens."""
        file = self._named(name).key
        if not file.exists():
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            _write(file, _private(key))
        return file

    def _make(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        _write(self._files.key, _private(key))
        _write(self._files.certificate, authority_certificate(key, datetime.now(UTC) - SKEW))

    def _signed(
        self,
        name: str,
        subject: x509.Name,
        usages: tuple[x509.ObjectIdentifier, ...],
        alternatives: list[x509.GeneralName],
    ) -> Files:
        files = self._named(name)
        if files.certificate.exists():
            return files
        authority_key = cast(
            "Key", serialization.load_pem_private_key(self._files.key.read_bytes(), None)
        )
        authority = x509.load_pem_x509_certificate(self._files.certificate.read_bytes())
        key = ec.generate_private_key(ec.SECP256R1())
        since = datetime.now(UTC) - SKEW
        builder = _builder(subject, authority.subject, key, since).add_extension(
            x509.ExtendedKeyUsage(usages), critical=False
        )
        if alternatives:
            builder = builder.add_extension(
                x509.SubjectAlternativeName(alternatives), critical=False
            )
        certificate = builder.sign(authority_key, hashes.SHA256())
        _write(files.key, _private(key))
        _write(files.certificate, certificate.public_bytes(serialization.Encoding.PEM))
        return files

    def _named(self, name: str) -> Files:
        file = name.replace(":", "-")
        return Files(self._folder / f"{file}.crt", self._folder / f"{file}.key")


def authority_certificate(key: Key, since: datetime) -> bytes:
    """The certificate of a new authority, in PEM."""
    subject = _subject(AUTHORITY)
    certificate = (
        _builder(subject, subject, key, since)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def _subject(name: str, *groups: str) -> x509.Name:
    return x509.Name(
        [
            *(x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, since: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + LIFETIME)
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _private(key: Key | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, for its owner's eyes only."""
    beside = file.with_name(f"{file.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as output:
        output.write(content)
    beside.replace(file)
