"""A picture made ready in a process of its own: the same picture, the same refusals, and nothing lost with it."""

from __future__ import annotations

import pytest

from contracts.errors import InvalidInput, RegisterError, TooLarge
from gateway.apart import check_end
from gateway.picture_process import prepared_apart
from gateway.pictures import BROKEN, LARGEST_FILE, prepared
from tests.pictures import a_file


def test_it_is_the_picture_that_this_process_would_make() -> None:
    assert prepared_apart(a_file(form="WEBP")) == prepared(a_file(form="WEBP"))


def test_a_refusal_comes_back_with_its_field() -> None:
    with pytest.raises(InvalidInput) as caught:
        prepared_apart(b"%PDF-1.7")
    assert caught.value.details["errors"][0]["field"] == "photo"
    with pytest.raises(TooLarge, match="5,242,880"):
        prepared_apart(bytes(LARGEST_FILE + 1))


def test_a_picture_that_the_process_dies_of_is_broken() -> None:
    with pytest.raises(InvalidInput, match="photo: Is broken"):
        check_end("pictures", -11, InvalidInput.field("photo", BROKEN))


def test_a_process_that_fails_by_itself_is_a_fault() -> None:
    with pytest.raises(RegisterError) as caught:
        check_end("pictures", 1, InvalidInput.field("photo", BROKEN))
    assert caught.value.code == "error"
