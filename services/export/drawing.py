"""Draws documents: facts in, PDF bytes out, by the Typst templates in ``documents/``.

Lives in the worker process, because compiling takes the processor for itself. The facts reach the template as JSON,
never as pieces of its source. The same facts give the same bytes: nothing here looks at a clock.
"""

from __future__ import annotations

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


@cache
def templates() -> str:
    """One hash for what decides the look of a document: the templates, the compiler and the fonts."""
    parts = [path.read_bytes() for path in sorted(FOLDER.glob("*.typ"))]
    versions = [version(name) for name in ("typst", "segno", *FONT_PACKAGES)]
    return hashlib.sha256(b"\0".join([*parts, *(text.encode() for text in versions)])).hexdigest()


class Drawer:
    """A warm compiler: fonts are read once. One thread at a time."""

    def __init__(self) -> None:
        import typst  # noqa: PLC0415 - the service asks for templates() only and needs no compiler

        self._error = typst.TypstError
        fonts = typst.Fonts(include_system_fonts=False, font_paths=font_folders())
        self._compiler = typst.Compiler(root=FOLDER, font_paths=fonts, ignore_system_fonts=True)

    def certificate(self, facts: dict[str, Any]) -> bytes:
        """The PDF/UA-1 of a certificate."""
        return self._draw(f"{facts['scheme']}.typ", facts | {"qr": qr_code(facts["verify_address"])})

    def _draw(self, template: str, facts: dict[str, Any]) -> bytes:
        try:
            return self._compile(template, facts)
        except self._error as error:
            # PDF/UA forbids a text that no font can show; its code says more than an empty box would.
            if "could not be displayed" not in error.message:
                raise
            return self._compile(template, spelt_out(facts))

    def _compile(self, template: str, facts: dict[str, Any]) -> bytes:
        inputs = {"facts": json.dumps(facts, ensure_ascii=False)}
        pdf = self._compiler.compile(FOLDER / template, format="pdf", pdf_standards="ua-1", sys_inputs=inputs)
        assert isinstance(pdf, bytes)
        return pdf


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
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415 - for rare documents only

    codes: set[int] = set()
    for path in _font_files():
        with TTFont(path, lazy=True) as font:
            codes.update(font.getBestCmap())
    return frozenset(codes)
