"""Signs documents: PAdES B-B, as an update behind a PDF's own bytes, which stay as they were drawn.

Lives in the worker process. The same document, key and time give the same bytes: the signature is of the plain form of
RSA, and nothing here looks at a clock or draws random numbers. It certifies the document and allows no changes to it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from datetime import datetime
from io import BytesIO
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

DIGEST = "sha256"
FIELD = "Register"
# A certificate above the signer's takes up to some 2 kB in the signature; the file holds it in hexadecimal digits.
FOR_THE_SIGNATURE = 6_000
FOR_A_CERTIFICATE = 5_000


class Sealer:
    """The opened key of the register. ``key``: see services.export.key.SigningKey.for_worker."""

    def __init__(self, key: dict[str, Any]) -> None:
        private = load_der_private_key(base64.b64decode(key["private"]), password=None)
        chain = [x509.load_der_x509_certificate(base64.b64decode(text)) for text in key["certificates"]]
        self._hand = Hand(cast(RSAPrivateKey, private), chain)
        self._room = FOR_THE_SIGNATURE + FOR_A_CERTIFICATE * len(chain)

    def sealed(self, pdf: bytes, said: str, at: datetime) -> bytes:
        """``pdf`` with a signature behind it that says ``said``, of the time ``at``."""
        steps = PdfCMSEmbedder(_field()).write_cms(FIELD, Update(BytesIO(pdf)))
        next(steps)
        signature = SignatureObject(at, SigSeedSubFilter.PADES, reason=said, bytes_reserved=self._room)
        unchangeable = SigMDPSetup(DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
        steps.send(SigObjSetup(signature, unchangeable))
        prepared, output = steps.send(SigIOSetup(DIGEST))
        steps.send(asyncio.run(self._hand.async_sign(prepared.document_digest, DIGEST, use_pades=True)))
        return bytes(output.getvalue())


class Hand(Signer):
    """Signs with a key that stays open: pyHanko's own loads, and examines, it anew each time."""

    def __init__(self, private: RSAPrivateKey, chain: list[x509.Certificate]) -> None:
        signer, *others = map(translate_pyca_cryptography_cert_to_asn1, chain)
        store: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(others)
        super().__init__(signing_cert=signer, cert_registry=store)
        self._private = private

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002
        assert digest_algorithm == DIGEST
        return self._private.sign(data, PKCS1v15(), hashes.SHA256())


class Update(IncrementalPdfFileWriter):
    """An update that leaves title, dates and the claim of PDF/UA alone, and draws no random number.

    pyHanko's own would name itself as the producer, at the time of the clock, and give the update a random identity.
    """

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        first, _ = super()._handle_id(prev)  # type: ignore[no-untyped-call]
        return generic.ArrayObject([first, generic.ByteStringObject(hashlib.sha256(bytes(first)).digest()[:16])])

    def _update_meta(self) -> None:
        return


def _field() -> SigFieldSpec:
    # PDF/UA wants what is not for reading to be hidden and out of the page's bounds.
    unseen = InvisSigSettings(set_print_flag=False, set_hidden_flag=True, box_out_of_bounds=True)
    return SigFieldSpec(FIELD, on_page=0, readable_field_name="Signature of the register", invis_sig_settings=unseen)
