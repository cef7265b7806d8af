"""Pictures as the register keeps them: small, upright, in sRGB, with nothing in them but the picture.

What is sent is judged by its bytes alone, never by its name or media type, and is always encoded anew: no place where a
phone was, no thumbnail of what was cut away and no second file inside survives. The same bytes give the same picture.
Works in memory, knows nothing of HTTP, and takes a second and 650 MB for the largest picture, which is why the gateway
does it in a process apart (gateway.apart).
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image, ImageCms, ImageOps

from contracts.errors import InvalidInput, RegisterError, TooLarge
from gateway.apart import Made, made_apart

LARGEST_FILE = 5_242_880
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 800
WANTED_LENGTH = 100_000
# They are tried one after the other until the picture fits.
QUALITIES = (85, 75, 65, 55, 45, 35, 25)
# A progressive JPEG has about ten. Each costs a pass over all pixels, and thousands of them fit into a small file.
MOST_SCANS = 100
MEDIA_TYPE = "image/jpeg"

JPEG_BEGINS = b"\xff\xd8\xff"
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
# The markers that have a length behind them, and the one that ends it all; between them lies data, which has neither.
JPEG_MARKER = re.compile(rb"\xff[\x02-\xcf\xd9-\xfe]")
END_OF_IMAGE, START_OF_SCAN = 0xD9, 0xDA

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# The colours that a profile of each kind describes.
MODES_OF_PROFILES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}

BROKEN = "Is broken or cut off: save the picture anew as JPEG or PNG, and send it again."
NO_PICTURE = "Must be a picture as JPEG, PNG or WebP; what was sent is none of these, whatever its name says."
MORE_BEHIND = "Must hold nothing behind the picture: save it anew as JPEG or PNG, and send that."
TOO_MANY_SCANS = "Is put together of too many layers: save the picture anew as plain JPEG."
MOVING = "Must be one still picture, not a moving one."


@dataclass(frozen=True, slots=True)
class Use:
    """What a picture is for: the field that errors name, the largest file in bytes, and what is kept of it.

    ``longest_side`` in pixels; ``wanted_length`` in bytes, which the lowest quality may exceed.
    """

    field: str
    largest_file: int
    longest_side: int
    wanted_length: int


PHOTO = Use("photo", LARGEST_FILE, LONGEST_SIDE, WANTED_LENGTH)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept. ``sha256`` is that of ``data``, in 64 hexadecimal digits; sides are in pixels."""

    sha256: str
    data: bytes
    width: int
    height: int
    media_type: str = MEDIA_TYPE


class _Refused(Exception):
    """What is wrong with a picture; ``prepared`` says in which field."""


def prepared(data: bytes, use: Use = PHOTO) -> Picture:
    """The picture in ``data`` (JPEG, PNG or WebP) as a baseline JPEG.

    Raises TooLarge, or InvalidInput for the field of ``use``.
    """
    if len(data) > use.largest_file:
        raise TooLarge(f"The file has {len(data):,} bytes; at most {use.largest_file:,} are taken.")
    try:
        form = _form_of(data)
        _check_frame(form, data)
        image = _decoded(form, data, use.longest_side)
    except _Refused as error:
        raise InvalidInput.field(use.field, str(error)) from error
    encoded = _encoded(image, use.wanted_length)
    return Picture(hashlib.sha256(encoded).hexdigest(), encoded, image.width, image.height)


def is_one(data: bytes) -> bool:
    """Whether ``data`` begins as a picture does."""
    return any(form.beginning.match(data) for form in FORMS)


def made(data: bytes) -> Made:
    """A photo for gateway.apart."""
    picture = prepared(data)
    return {"sha256": picture.sha256, "width": picture.width, "height": picture.height}, picture.data


def prepared_apart(data: bytes) -> Picture:
    """A photo as ``prepared`` makes it, in a process apart."""
    facts, kept = made_apart(__name__, data, InvalidInput.field(PHOTO.field, BROKEN))
    return Picture(data=kept, **facts)


class Form(NamedTuple):
    """A file format: Pillow's name for it, how its files begin, and where the one picture in ``data`` ends."""

    name: str
    beginning: re.Pattern[bytes]
    end: Callable[[bytes], int | None]


def _form_of(data: bytes) -> Form:
    if not data:
        raise _Refused("Is missing: send the picture itself as the body of the request.")
    form = next((form for form in FORMS if form.beginning.match(data)), None)
    if form is None:
        raise _Refused(NO_PICTURE)
    return form


def _check_frame(form: Form, data: bytes) -> None:
    """Refuses what ends before its picture does, and what goes on as another file behind it."""
    end = form.end(data)
    if end is None or end > len(data):
        raise _Refused(BROKEN)
    if data.count(0, end) < len(data) - end:
        raise _Refused(MORE_BEHIND)


def _end_of_jpeg(data: bytes) -> int | None:
    """Behind the last of its pictures: cameras put a preview or a map of depths behind the first, as a JPEG, too."""
    end = _end_of_one_jpeg(data, 0)
    while end is not None and data.startswith(JPEG_BEGINS, end):
        end = _end_of_one_jpeg(data, end)
    return end


def _end_of_one_jpeg(data: bytes, start: int) -> int | None:
    position, scans = start + 2, 0
    while found := JPEG_MARKER.search(data, position):
        marker, position = found[0][1], found.end()
        if marker == END_OF_IMAGE:
            return position
        scans += marker == START_OF_SCAN
        if scans > MOST_SCANS:
            raise _Refused(TOO_MANY_SCANS)
        position += int.from_bytes(data[position : position + 2])
    return None


def _end_of_png(data: bytes) -> int | None:
    position = len(PNG_BEGINS)
    while position < len(data):
        kind = data[position + 4 : position + 8]
        position += 12 + int.from_bytes(data[position : position + 4])
        if kind == b"IEND":
            return position
    return None


def _end_of_webp(data: bytes) -> int:
    length = int.from_bytes(data[4:8], "little")
    return 8 + length + length % 2


FORMS = (
    Form("JPEG", re.compile(re.escape(JPEG_BEGINS)), _end_of_jpeg),
    Form("PNG", re.compile(re.escape(PNG_BEGINS)), _end_of_png),
    Form("WEBP", re.compile(rb"RIFF....WEBPVP8[ LX]", re.DOTALL), _end_of_webp),
)


def _decoded(form: Form, data: bytes, longest_side: int) -> Image.Image:
    """The picture as it is to be looked at: upright, on white, in sRGB, no side longer than so many pixels."""
    try:
        with Image.open(io.BytesIO(data), formats=(form.name,)) as image:
            _check_extent(image, longest_side)
            return _as_looked_at(image, longest_side)
    except (_Refused, RegisterError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge(f"The picture has more than {MOST_PIXELS // 10**6} million pixels.") from error
    except Exception as error:  # what is broken in a hundred ways fails in as many, all the way to AssertionError
        raise _Refused(BROKEN) from error


def _check_extent(image: Image.Image, longest_side: int) -> None:
    """By what the file's head says, before anything is decoded."""
    if image.width * image.height > MOST_PIXELS:
        extent = f"{image.width:,} × {image.height:,} pixels"
        raise TooLarge(f"The picture has {extent}; send it smaller: more than {longest_side:,} a side are not kept.")
    # A camera's JPEG with a second picture counts as two frames; only the first is looked at.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise _Refused(MOVING)


def _as_looked_at(image: Image.Image, longest_side: int) -> Image.Image:
    profile = image.info.get("icc_profile")
    shown = _plain(image)
    # First of all smaller: a JPEG is then not even decoded in full.
    shown.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    shown = ImageOps.exif_transpose(shown)
    if shown.mode == "RGBA":
        shown = _on_white(shown)
    return _in_srgb(shown, profile)


def _plain(image: Image.Image) -> Image.Image:
    """In a mode that can be made smaller without loss: no palette, no single bits, no 16 bits a channel."""
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """By its colour profile, where it has one that fits; a profile that is broken is as good as none."""
    try:
        if profile:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if MODES_OF_PROFILES.get(source.profile.xcolor_space) == image.mode:
                converted = ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
                assert converted is not None
                return converted
    except (ImageCms.PyCMSError, OSError):
        pass
    return image.convert("RGB")


def _encoded(image: Image.Image, wanted_length: int) -> bytes:
    """In the best quality that fits into so many bytes, else in the lowest."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    encoded = b""
    for quality in QUALITIES:
        target = io.BytesIO()
        bare.save(target, "JPEG", quality=quality, optimize=True)
        encoded = target.getvalue()
        if len(encoded) <= wanted_length:
            break
    return encoded
