"""``python -m services.certificates.reference``: puts the reference data into the database of the settings."""

from __future__ import annotations

from plumbing.db import Handle, create_engine_for
from plumbing.settings import Settings
from services.certificates.reference import load

if __name__ == "__main__":
    load(Handle(create_engine_for(Settings.read().database_of("certificates"))))
