"""Alembic's way into this service's tables."""

from plumbing.migrations import run
from services.numbering.tables import metadata

run(metadata)
