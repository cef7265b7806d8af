"""Draws documents: facts in, PDF bytes out, by the Typst templates in ``documents/``.

Lives in the worker process, because compiling takes the processor for itself. The facts reach the template as JSON,
never as pieces of its source. The same facts give the same bytes: nothing here looks at a clock.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import unicodedata
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "documents"
# Source Sans covers Latin, Greek, Cyrillic and the signs of the field; the Latin letters of the second are its own.
FONT_PACKAGES = ("fontpkg_source_sans_3", "noto_cjk_sans_jp_regular")
# A photo in passport format, whatever its own: what stands out at the sides is cut off.
PHOTO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 35 45"><image width="35" height="45" '
    'preserveAspectRatio="xMidYMid slice" href="data:image/jpeg;base64,{}"/></svg>'
)


@cache
def templates() -> str:
    """One hash for what decides the bytes of a document: templates, compiler, fonts, names of countries, signing."""
    here = Path(__file__)
    parts = [path.read_bytes() for path in (*sorted(FOLDER.glob("*.typ")), here, here.with_name("seal.py"))]
    versions = [version(name) for name in ("typst", "segno", "pyhanko", "babel", *FONT_PACKAGES)]
    return hashlib.sha256(b"\0".join([*parts, *(text.encode() for text in versions)])).hexdigest()


class Drawer:
    """A warm compiler: fonts are read once. One thread at a time."""

    def __init__(self) -> None:
        import typst  # noqa: PLC0415 - the service asks for templates() only and needs no compiler

        self._error = typst.TypstError
        fonts = typst.Fonts(include_system_fonts=False, font_paths=font_folders())
        self._compiler = typst.Compiler(root=FOLDER, font_paths=fonts, ignore_system_fonts=True)

    def document(self, template: str, facts: dict[str, Any]) -> bytes:
        """The PDF/UA-1 of ``facts``: see ``with_pictures`` for what is drawn in place of addresses and files."""
        pictured = with_pictures(facts)
        try:
            return self._compile(template, pictured)
        except self._error as error:
            # PDF/UA forbids a text that no font can show; its code says more than an empty box would.
            if "could not be displayed" not in error.message:
                raise
            return self._compile(template, with_pictures(spelt_out(facts)))

    def _compile(self, template: str, facts: dict[str, Any]) -> bytes:
        inputs = {"facts": json.dumps(facts, ensure_ascii=False)}
        path = FOLDER / f"{template}.typ"
        pdf = self._compiler.compile(path, format="pdf", pdf_standards="ua-1", sys_inputs=inputs)
        assert isinstance(pdf, bytes)
        return pdf


def with_pictures(facts: dict[str, Any]) -> dict[str, Any]:
    """``facts`` with an SVG of the QR code of ``verify_address`` and of the JPEG in ``photo_file``; so each card."""
    drawn = dict(facts)
    if "verify_address" in facts:
        drawn["qr"] = {"picture": qr_code(facts["verify_address"]), "leads_to": facts["verify_address"]}
    if "photo_file" in facts:
        drawn["photo"] = photo(facts["photo_file"])
    if "cards" in facts:
        drawn["cards"] = [with_pictures(card) for card in facts["cards"]]
    return drawn


def photo(file: str) -> str:
    """An SVG of the JPEG at the path ``file``; empty for no path."""
    return PHOTO.format(base64.b64encode(Path(file).read_bytes()).decode()) if file else ""


def qr_code(address: str) -> str:
    """An SVG of the QR code of ``address``."""
    import segno  # noqa: PLC0415

    picture = BytesIO()
    # Trying all eight masks takes four times as long as drawing the code; one that suits addresses is as good to scan.
    segno.make(address, error="m", micro=False, mask=3).save(picture, kind="svg", border=0, xmldecl=False, nl=False)
    return picture.getvalue().decode()


def font_folders() -> list[str]:
    """Where the installed font packages keep their files."""
    return sorted({str(path.parent) for path in _font_files()})


def _font_files() -> list[Path]:
    found = [importlib.util.find_spec(name) for name in FONT_PACKAGES]
    roots = [Path(spec.origin).parent for spec in found if spec is not None and spec.origin]
    return sorted(path for root in roots for path in root.rglob("*.[to]tf"))


def spelt_out(value: Any) -> Any:
    """``value`` with every character that our fonts cannot show written as its code: ``[U+1F525]``."""
    if isinstance(value, str):
        return "".join(character if _is_shown(character) else f"[U+{ord(character):04X}]" for character in value)
    if isinstance(value, list):
        return [spelt_out(item) for item in value]
    if isinstance(value, dict):
        return {name: spelt_out(item) for name, item in value.items()}
    return value


def _is_shown(character: str) -> bool:
    return ord(character) in _covered() or unicodedata.category(character) in ("Cf", "Cc", "Zs")


@cache
def _covered() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - for rare documents only

    codes: set[int] = set()
    for path in _font_files():
        with TTFont(path, lazy=True) as font:
            codes.update(font.getBestCmap())
    return frozenset(codes)
