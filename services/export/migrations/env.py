"""Alembic's way into this service's tables."""

from plumbing.migrations import run
from services.export.tables import metadata

run(metadata)
