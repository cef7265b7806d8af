"""Picture files to be sent."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

RED, BLUE = (200, 30, 30), (30, 30, 200)


def a_picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """The left half red, the right half blue."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture.convert(mode)


def a_file(picture: Image.Image | None = None, form: str = "JPEG", **options: Any) -> bytes:
    """The file of ``picture``, or of any, in the format that Pillow calls ``form``."""
    file = io.BytesIO()
    (picture or a_picture()).save(file, form, **options)
    return file.getvalue()
