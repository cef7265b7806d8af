"""Keys that sign documents in a test: short ones, made in a moment, valid whatever the clocks say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services.export.key import LENGTH, SigningKey

SINCE, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
NAME = "Register of Example Certificates"
PASSWORD = "the password of the key"
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
Purposes = Sequence[x509.ObjectIdentifier]


@cache
def a_private_key(number: int = 1, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The same for the same ``number``, within a run."""
    assert number
    return rsa.generate_private_key(65537, bits)


def a_signing_certificate(
    key: Any,
    *,
    name: str = NAME,
    since: datetime = SINCE,
    until: datetime = UNTIL,
    usage: Sequence[str] = ("digital_signature",),
    purposes: Purposes = (),
) -> x509.Certificate:
    """One that its key signs itself."""
    names = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(names, names, key.public_key(), 4711, since, until)
    if usage:
        allowed = {word: word in usage for word in USAGES}
        builder = builder.add_extension(x509.KeyUsage(**allowed), critical=True)
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return builder.sign(key, hashes.SHA256())


@cache
def a_signing_key(number: int = 1, name: str = NAME) -> SigningKey:
    private = a_private_key(number)
    return SigningKey(private, a_signing_certificate(private, name=name))


@cache
def a_long_signing_key() -> SigningKey:
    """As long as the documentation advises."""
    private = a_private_key(bits=LENGTH)
    return SigningKey(private, a_signing_certificate(private))


def a_key_file(folder: Path, private: Any = None, password: str = PASSWORD, **certificate: Any) -> Path:
    """A PKCS#12 file, as an operator would have it."""
    private = private or a_private_key()
    data = pkcs12.serialize_key_and_certificates(
        b"register",
        private,
        a_signing_certificate(private, **certificate),
        None,
        BestAvailableEncryption(password.encode()),
    )
    path = folder / "signing-key.p12"
    path.write_bytes(data)
    return path


SERVERS_ONLY = (ExtendedKeyUsageOID.SERVER_AUTH,)
