"""Alembic's way into the gateway's tables."""

from gateway.tables import metadata
from plumbing.migrations import run

run(metadata)
