"""What all tables of the certificates service share. Imports SQLAlchemy and plumbing.db only."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from plumbing.db import Moment


class Base(DeclarativeBase):
    """Plain JSON, not JSONB: nothing searches inside, and the order in which a body wrote its fields is kept."""

    type_annotation_map: ClassVar = {
        datetime: Moment,
        dict[str, Any]: sa.JSON(none_as_null=True),
        list[Any]: sa.JSON(none_as_null=True),
        str: sa.Text,
    }
