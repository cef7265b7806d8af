"""Style, scripts and the type face of the pages, served from memory under an address that changes with their content.

The address holds a digest of all of them, so that a browser may keep each for a year and still never shows a page of
today with the style of yesterday; and so that one may name another by its bare name.
"""

from __future__ import annotations

import functools
import hashlib
import io
import mimetypes
from importlib import resources
from pathlib import Path

from flask import Blueprint, Response

from contracts.errors import NotFound
from gateway.calls import backing
from gateway.pages.guards import open_to_all

FOLDER = Path(__file__).resolve().parents[1] / "static"
TYPE_FACE = "source-sans-3.woff"
# Latin with its accents, Greek, punctuation, arrows and the signs of the field: the rest comes from the system's faces.
CHARACTERS = (
    *range(0x20, 0x180),
    *range(0x370, 0x400),
    *range(0x1E00, 0x1F00),
    *range(0x2010, 0x2050),
    *(0x20AC, 0x2113, 0x2122, 0x2126, 0x2190, 0x2192, 0x2193, 0x2191, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265),
)
FEATURES = ["kern", "liga", "tnum", "lnum", "mark", "mkmk", "ccmp", "locl"]
FOR_A_YEAR = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__, url_prefix="/static")


@functools.cache
def files() -> dict[str, bytes]:
    """What stands in the folder, by name."""
    return {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.is_file()}


@functools.cache
def digest() -> str:
    """Of every file, and of what the type face is made of."""
    found = hashlib.sha256(repr((CHARACTERS, FEATURES)).encode())
    for name, content in files().items():
        found.update(name.encode() + content)
    return found.hexdigest()[:16]


def asset(name: str) -> str:
    """The address of a file of this folder. Raises KeyError for one that is not there."""
    files()[name]
    return f"/static/{digest()}/{name}"


@functools.cache
def type_face() -> bytes:
    """The letters that pages need of the documents' type face, in all weights; made once, in a second."""
    # Loading the library takes as long as the gateway's whole start.
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    source = resources.files("fontpkg_source_sans_3").joinpath("files", "SourceSans3[wght].ttf")
    font = TTFont(io.BytesIO(source.read_bytes()))
    subsetter = Subsetter(Options(layout_features=FEATURES, notdef_outline=True))
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    font.flavor = "woff"
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


@blueprint.get("/<digest>/<name>")
@open_to_all
def serve(digest: str, name: str) -> Response:  # noqa: ARG001 - a page of before an update asks for what is there now
    """One file, to be kept for ever."""
    content = backing().in_thread(type_face) if name == TYPE_FACE else files().get(name)
    if content is None:
        raise NotFound("The register has no such file.")
    media_type = "font/woff" if name == TYPE_FACE else mimetypes.guess_type(name)[0]
    return Response(content, content_type=media_type, headers={"Cache-Control": FOR_A_YEAR})
