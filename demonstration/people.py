"""Invented people for the demonstration, and drawn portraits of them: nobody's face is in this register."""

from __future__ import annotations

import io
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from demonstration.words import invented_name

SIZE = (480, 600)
BACKGROUNDS = ("#d7e3ee", "#e6dfd3", "#dfe8dc", "#e9dfe6", "#dedff0")
SKINS = ("#f1cfb3", "#d9a679", "#b07b52", "#8a5a3b", "#5f3d28")
HAIRS = ("#2b2320", "#5a4030", "#8a6b42", "#3b3b40", "#8d8d92")
CLOTHES = ("#1f4e79", "#8a3b12", "#2f5d3a", "#5b3a8c", "#444b54")
# Where the centres are that assess them: the body's own and those that work for it.
CENTRES = (
    ("Example Centre Seoul", "KR"),
    ("Example Centre Oslo", "NO"),
    ("Example Centre Hanoi", "VN"),
    ("Example Centre Yangon", "MM"),
    ("Example Centre Pune", "IN"),
)


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist."""

    name: str
    country: str
    centre: dict[str, object]
    birthday: str


def person(index: int) -> Person:
    """The person of this place, always the same one."""
    random = Random(f"person/{index}")
    # Most are assessed in one country, as such figures go.
    centre, country = random.choices(CENTRES, weights=(5, 3, 1, 1, 1))[0]
    return Person(
        name=f"{invented_name(random)} {invented_name(random)}",
        country=country,
        centre={"name": centre, "country": country, "outsourced": random.random() < 0.6},
        birthday=f"{random.randint(1960, 2002)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
    )


def portrait(index: int) -> bytes:
    """A drawn picture of head and shoulders, as PNG."""
    random = Random(f"portrait/{index}")
    skin, hair = random.choice(SKINS), random.choice(HAIRS)
    picture = Image.new("RGB", SIZE, random.choice(BACKGROUNDS))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((60, 430, 420, 680), 120, fill=random.choice(CLOTHES))
    draw.rectangle((205, 360, 275, 460), fill=skin)
    draw.ellipse((140, 130, 340, 400), fill=skin)
    draw.pieslice((130, 105, 350, 345), 180, 360, fill=hair)
    for eye in (200, 280):
        draw.ellipse((eye - 9, 255, eye + 9, 273), fill="#26221f")
    draw.arc((195, 300, 285, 355), 20, 160, fill="#7a3b30", width=6)
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()
