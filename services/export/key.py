"""The key that signs documents: opened from its PKCS#12 file, checked before anything is printed, or made.

What is wrong with it is said in a sentence at the start. Neither the password nor the key ever stands in one, in a log
line or in an answer. Imports nothing of pyHanko: the service only looks at the key, its workers sign with it.
"""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from plumbing.logs import log
from plumbing.settings import Settings, SettingsError

FILE = "signing-key.p12"
MISSING = (
    "SIGNING_KEY is missing: the register signs what it prints. Name the PKCS#12 file with its key, and the file's"
    ' password by SIGNING_PASSWORD; docs/operations.md, "The key that signs documents", tells how to make one.'
)
# RSA, since the same document has to give the same bytes, and its plain form draws no random numbers.
SHORTEST = 2048
LENGTH = 3072
SELF_MADE = "Ex certificate register (self-made key, proves nothing)"
SELF_MADE_DAYS = 3650
# So long before its end an operator is told of it each day.
NOTICE = timedelta(days=30)
# If a certificate says for what its key may be used, one of these has to be among it: signing documents (RFC 9336, and
# as two makers of readers named it before that), e-mail, which long stood for documents too, or anything.
PURPOSES = frozenset(
    {
        x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
        x509.ObjectIdentifier("1.2.840.113583.1.1.5"),
        x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    }
)


@dataclass(frozen=True)
class SigningKey:
    """A key with its certificate, and the certificates above that one, if any."""

    private: RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...] = ()

    @property
    def name(self) -> str:
        """Of the signer, as readers of PDF files show it."""
        return name_of(self.certificate)

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.certificate)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def time_of(self, moment: datetime) -> datetime:
        """When a document that shows the register as of ``moment`` is said to be signed: never before the key was."""
        return max(moment, self.certificate.not_valid_before_utc)

    def left(self, now: datetime) -> timedelta:
        """How long it may still sign; negative when it ended."""
        return self.certificate.not_valid_after_utc - now

    def for_worker(self) -> dict[str, Any]:
        """In JSON values, for a process of ours."""
        private = self.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        chain = [certificate.public_bytes(Encoding.DER) for certificate in (self.certificate, *self.others)]
        return {"private": _text(private), "certificates": [_text(der) for der in chain]}


def name_of(certificate: x509.Certificate) -> str:
    """The subject's common name, else all of its name."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256 in 64 hexadecimal digits, by which readers show a certificate too."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def key_for(settings: Settings, now: datetime) -> SigningKey:
    """The key of these settings; a demonstration's, and that of one process, is made when there is none.

    Raises SettingsError that says what is wrong with it, and what would be right.
    """
    path = settings.signing_key
    if path is None:
        if not (settings.embedded or settings.demonstration):
            raise SettingsError(MISSING)
        path = settings.data / FILE
        if not path.exists():
            make(path, now)
    key = opened(path, settings.signing_password if settings.signing_key else "")
    check(key, now)
    return key


def opened(path: Path, password: str) -> SigningKey:
    """The key in a PKCS#12 file. Raises SettingsError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"SIGNING_KEY: {path} cannot be read ({error.strerror}).") from error
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(data, password.encode() or None)
    except ValueError:
        # Not "from error": nobody knows what a library puts into its message.
        text = f"SIGNING_KEY: {path} cannot be opened: SIGNING_PASSWORD is not its password, or it is no PKCS#12 file."
        raise SettingsError(text) from None
    if private is None or certificate is None:
        raise SettingsError(f"SIGNING_KEY: {path} must hold a key and its certificate, and lacks one of them.")
    if not isinstance(private, RSAPrivateKey) or private.key_size < SHORTEST:
        raise SettingsError(f"SIGNING_KEY: the key must be an RSA key of at least {SHORTEST} bits; {LENGTH} are usual.")
    return SigningKey(private, certificate, tuple(others))


def check(key: SigningKey, now: datetime) -> None:
    """Raises SettingsError unless it may sign documents at ``now``."""
    certificate = key.certificate
    if key.private.public_key() != certificate.public_key():
        raise SettingsError("SIGNING_KEY: the certificate in the file is not that of the key in it.")
    if now < certificate.not_valid_before_utc:
        raise SettingsError(
            f"SIGNING_KEY: the key is not valid before {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC."
        )
    if key.left(now) < timedelta(0):
        raise SettingsError(f"SIGNING_KEY: {ended(key)}")
    if not _is_for_signing(certificate):
        raise SettingsError(
            "SIGNING_KEY: the certificate does not allow its key to sign documents:"
            " its key usage must name digitalSignature or nonRepudiation, and its extended key usage, if there is one,"
            " documents or e-mail."
        )


def ended(key: SigningKey) -> str:
    """The sentence for a key that had its time."""
    return f"the key ended on {key.certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC; documents need a new one."


def _is_for_signing(certificate: x509.Certificate) -> bool:
    extensions = certificate.extensions
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            return False
    except x509.ExtensionNotFound:
        pass
    try:
        return bool(PURPOSES & set(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value))
    except x509.ExtensionNotFound:
        return True


def make(path: Path, now: datetime) -> None:
    """Makes a key of nobody's at ``path``, for its owner's eyes only; one that is there meanwhile stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # It appears whole or not at all, and only once, though several processes start together.
    new = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(self_made(now))
        os.link(new, path)
    except FileExistsError:
        return
    finally:
        new.unlink(missing_ok=True)
    log.warning("made a key that signs documents", file=str(path), name=SELF_MADE)


def self_made(now: datetime) -> bytes:
    """The PKCS#12 file of a new key whose certificate nobody vouches for, without a password."""
    private = generate_private_key(65537, LENGTH)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SELF_MADE)])
    usage = {"digital_signature": True, "content_commitment": True}
    others = ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only")
    certificate = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=SELF_MADE_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage, **dict.fromkeys(others, False), decipher_only=False), critical=True)
        .sign(private, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(None, private, certificate, None, NoEncryption())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
