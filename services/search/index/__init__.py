"""The Tantivy index of one replica: a folder on its disk that can be deleted at any time and costs time only.

May not import nameko, kombu or eventlet. Everything here that does work blocks, so a service calls it in a thread.
"""

from services.search.index.folder import IndexInUse
from services.search.index.guard import IndexFault
from services.search.index.reading import Page, Scanned
from services.search.index.store import CertificateIndex

__all__ = ["CertificateIndex", "IndexFault", "IndexInUse", "Page", "Scanned"]
