"""Photos as they are kept: only the picture, upright and small; and what is not taken for one."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageChops, ImageCms

from contracts.errors import InvalidInput, TooLarge
from gateway.pictures import LARGEST_FILE, WANTED_LENGTH, Picture, prepared
from tests.pictures import BLUE, RED, a_file, a_picture

SENTINEL = "Heidelberg-4711"


def shown(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


def at(picture: Picture, x: int, y: int) -> tuple[int, ...]:
    colour = shown(picture).getpixel((x, y))
    assert isinstance(colour, tuple)
    return colour


def looks_like(colour: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) <= 6 for one, other in zip(colour, wanted, strict=True))


def exif(**tags: Any) -> Image.Exif:
    data = Image.Exif()
    for name, value in tags.items():
        data[ExifTags.Base[name]] = value
    data.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = SENTINEL
    return data


def refusal(data: bytes) -> str:
    """The text of the refusal, which names the field."""
    with pytest.raises(InvalidInput) as caught:
        prepared(data)
    (error,) = caught.value.details["errors"]
    assert error["field"] == "photo"
    return str(error["text"])


def a_png_head(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and holds nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_as_a_baseline_jpeg_whatever_it_came_as(form: str) -> None:
    picture = prepared(a_file(form=form))
    assert (picture.width, picture.height, picture.media_type) == (60, 40, "image/jpeg")
    assert (shown(picture).format, shown(picture).size) == ("JPEG", (60, 40))
    assert b"\xff\xc0" in picture.data
    assert looks_like(at(picture, 5, 5), RED)
    assert looks_like(at(picture, 55, 5), BLUE)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_where_and_with_what_a_picture_was_taken_is_gone(form: str) -> None:
    sent = a_file(form=form, exif=exif(Model=SENTINEL, ImageDescription=SENTINEL))
    assert SENTINEL.encode() in sent
    kept = prepared(sent)
    assert SENTINEL.encode() not in kept.data
    assert not shown(kept).getexif()


def test_neither_comment_nor_colour_profile_is_kept() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = shown(prepared(a_file(comment=SENTINEL.encode(), icc_profile=profile, dpi=(300, 300), xmp=b"<x/>")))
    assert not {"comment", "icc_profile", "exif", "xmp", "dpi"} & set(kept.info)


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [(1, (60, 40), (5, 20)), (3, (60, 40), (55, 20)), (6, (40, 60), (20, 5)), (8, (40, 60), (20, 55))],
)
def test_a_picture_stands_upright(orientation: int, size: tuple[int, int], red: tuple[int, int]) -> None:
    picture = prepared(a_file(exif=exif(Orientation=orientation)))
    assert (picture.width, picture.height) == size
    assert looks_like(at(picture, *red), RED)


def test_colours_are_converted_from_the_profile_that_the_picture_has() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert looks_like(at(prepared(a_file(icc_profile=lab)), 5, 5), RED)
    assert looks_like(at(prepared(a_file(icc_profile=b"no profile")), 5, 5), RED)
    assert not looks_like(at(prepared(a_file(icc_profile=with_red_and_blue_swapped())), 5, 5), RED)


def with_red_and_blue_swapped() -> bytes:
    """An RGB profile that takes red for blue: their entries in its table of tags are exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")


def test_what_is_transparent_is_white() -> None:
    clear = Image.new("RGBA", (20, 20), (*RED, 0))
    half = Image.new("LA", (20, 20), (0, 128))
    assert at(prepared(a_file(clear, "PNG")), 5, 5) == (255, 255, 255)
    assert looks_like(at(prepared(a_file(half, "PNG")), 5, 5), (127, 127, 127))
    assert at(prepared(a_file(a_picture(mode="P"), "PNG", transparency=bytes(256))), 5, 5) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_every_kind_of_colours_is_taken(mode: str) -> None:
    picture = a_picture().quantize(4) if mode == "P" else a_picture(mode=mode)
    kept = prepared(a_file(picture, "JPEG" if mode == "CMYK" else "PNG"))
    expected = picture.convert("RGB").getpixel((5, 5))
    assert isinstance(expected, tuple)
    assert looks_like(at(kept, 5, 5), expected)


def test_sixteen_bits_of_grey_are_shown_in_eight() -> None:
    assert looks_like(at(prepared(a_file(Image.new("I;16", (20, 20), 128 * 256), "PNG")), 5, 5), (128, 128, 128))


def test_the_longer_side_has_at_most_800_pixels() -> None:
    wide, tall = prepared(a_file(a_picture(3000, 1500))), prepared(a_file(a_picture(400, 1600)))
    assert ((wide.width, wide.height), (tall.width, tall.height)) == ((800, 400), (200, 800))


def test_the_quality_goes_down_until_the_picture_fits() -> None:
    noise = [Image.effect_noise((800, 800), strength).convert("RGB") for strength in (10, 20, 80)]
    slight, strong, hopeless = (len(prepared(a_file(picture, quality=95)).data) for picture in noise)
    assert 50_000 < slight <= WANTED_LENGTH
    assert 50_000 < strong <= WANTED_LENGTH
    assert WANTED_LENGTH < hopeless < 2.5 * WANTED_LENGTH


def test_the_same_file_is_the_same_photo() -> None:
    first, second = prepared(a_file()), prepared(a_file())
    assert first == second
    assert prepared(a_file(a_picture(62))).sha256 != first.sha256


def test_a_camera_s_picture_with_a_second_one_behind_it_is_the_first() -> None:
    second = ImageChops.invert(a_picture())
    for sent in (a_file(form="MPO", save_all=True, append_images=[second]), a_file() + a_file(second)):
        assert looks_like(at(prepared(sent), 5, 5), RED)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj\n",
        b"%PDF-1.7\n" + a_file(),
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\xff\xd8",
        a_file(form="GIF"),
        a_file(form="BMP"),
        a_file(form="TIFF"),
        b"RIFF\x04\x00\x00\x00WAVEfmt ",
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name_says(data: bytes) -> None:
    assert "JPEG, PNG or WebP" in refusal(data)


def test_nothing_at_all_is_missing() -> None:
    assert refusal(b"").startswith("Is missing")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_is_cut_off_anywhere_is_refused(form: str) -> None:
    whole = a_file(a_picture(300, 200), form)
    for length in range(16, len(whole), max(1, len(whole) // 40)):
        assert "broken or cut off" in refusal(whole[:length])


def test_a_picture_that_ends_well_but_lacks_its_middle_is_refused() -> None:
    png, webp = a_file(a_picture(300, 200), "PNG"), a_file(a_picture(300, 200), "WEBP")
    for broken in (png[:40] + b"\0" * 20 + png[60:], webp[:30] + b"\0" * (len(webp) - 30)):
        assert "broken or cut off" in refusal(broken)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("behind", [b"PK\x03\x04archive", b"<script>alert(1)</script>", b"%PDF-1.7"])
def test_a_picture_that_is_another_file_too_is_refused(form: str, behind: bytes) -> None:
    assert "nothing behind the picture" in refusal(a_file(form=form) + behind)
    assert prepared(a_file(form=form) + bytes(8)).data


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(form: str) -> None:
    assert "still" in refusal(a_file(form=form, save_all=True, append_images=[ImageChops.invert(a_picture())]))


def test_a_picture_of_too_many_pixels_is_refused_by_what_its_head_says() -> None:
    with pytest.raises(TooLarge, match=r"8,000 × 5,001 pixels"):
        prepared(a_png_head(8_000, 5_001))
    with pytest.raises(TooLarge, match=r"million pixels"):
        prepared(a_png_head(60_000, 60_000))
    assert "broken" in refusal(a_png_head(8_000, 5_000))


def test_a_jpeg_of_a_thousand_layers_is_refused_unread() -> None:
    progressive = a_file(a_picture(300, 200), progressive=True)
    layer = progressive[progressive.rfind(b"\xff\xda") : -2]
    assert prepared(progressive[:-2] + layer * 5 + b"\xff\xd9").data
    assert "layers" in refusal(progressive[:-2] + layer * 1_000 + b"\xff\xd9")


def test_a_file_of_too_many_bytes_is_refused() -> None:
    with pytest.raises(TooLarge, match="5,242,880"):
        prepared(a_file() + bytes(LARGEST_FILE))
