"""Charts as pictures made of our own marks: bars with their figures, readable without colour, each with a table behind.

SVG with attributes only, since a page's policy allows no style in it; colours come from the style sheet by class.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH, LABEL, FIGURE = 440, 124, 56
ROW, BAR = 26, 16
COLUMN_HEIGHT, AXIS = 170, 26
Row = tuple[str, int]


def bars(title: str, rows: Sequence[Row]) -> Markup:
    """One horizontal bar for each row, with its figure behind it."""
    most = max((value for _label, value in rows), default=0) or 1
    room = WIDTH - LABEL - FIGURE
    drawn = Markup("").join(
        _bar(label, value, place * ROW, max(1 if value else 0, round(value / most * room)))
        for place, (label, value) in enumerate(rows)
    )
    return _picture(title, rows, len(rows) * ROW, drawn)


def columns(title: str, rows: Sequence[Row]) -> Markup:
    """One upright column for each row, for what follows in time; labels below, figures above."""
    most = max((value for _label, value in rows), default=0) or 1
    step = min(WIDTH / max(len(rows), 1), 72)
    drawn = Markup("").join(
        _column(label, value, place * step, step, round(value / most * (COLUMN_HEIGHT - AXIS)))
        for place, (label, value) in enumerate(rows)
    )
    axis = Markup('<path class="axis" d="M0 {0}h{1}"/>').format(COLUMN_HEIGHT, WIDTH)
    return _picture(title, rows, COLUMN_HEIGHT + AXIS, drawn + axis)


def _bar(label: str, value: int, top: int, length: int) -> Markup:
    middle = top + ROW / 2 + 4.5
    return Markup(
        '<text x="{0}" y="{1}" text-anchor="end">{2}</text>'
        '<rect class="bar-mark" x="{3}" y="{4}" width="{5}" height="{6}"/>'
        '<text x="{7}" y="{1}" class="figure-mark">{8}</text>'
    ).format(
        LABEL - 10, middle, escape(label), LABEL, top + (ROW - BAR) / 2, length, BAR, LABEL + length + 8, f"{value:,}"
    )


def _column(label: str, value: int, left: float, step: float, height: int) -> Markup:
    centre = round(left + step / 2, 1)
    top = COLUMN_HEIGHT - height
    return Markup(
        '<rect class="bar-mark" x="{0}" y="{1}" width="{2}" height="{3}"/>'
        '<text x="{4}" y="{5}" text-anchor="middle">{6}</text>'
        '<text x="{4}" y="{7}" text-anchor="middle" class="figure-mark">{8}</text>'
    ).format(
        round(left + step * 0.18, 1),
        top,
        round(step * 0.64, 1),
        height,
        centre,
        COLUMN_HEIGHT + 18,
        escape(label),
        top - 6,
        f"{value:,}",
    )


def _picture(title: str, rows: Sequence[Row], height: int, drawn: Markup) -> Markup:
    said = f"{title}: " + ", ".join(f"{label} {value:,}" for label, value in rows[:12])
    return Markup(
        '<svg class="chart" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}">{3}</svg>'
    ).format(WIDTH, max(height, ROW), said, drawn)
