"""What a signed document says of itself."""

import pytest

from contracts.copies import Copy

COPIES = {
    "Copy of IECEx BAS 26.0001X, Issue 0, as of change 7": Copy("certificate", "IECEx BAS 26.0001X", 0, 7),
    "ID card of IECEx CP BAS 26.0001, Issue 2, as of change 88": Copy("card", "IECEx CP BAS 26.0001", 2, 88),
    "Summary of GB/BAS/ExTR26.0001/00, Issue 0, as of change 9": Copy("report", "GB/BAS/ExTR26.0001/00", 0, 9),
}


@pytest.mark.parametrize("sentence", COPIES)
def test_it_is_a_sentence_that_can_be_read_back(sentence: str) -> None:
    assert str(COPIES[sentence]) == sentence
    assert Copy.read(sentence) == COPIES[sentence]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I approve this document",
        "Copy of , Issue 0, as of change 7",
        "Copy of IECEx BAS 26.0001X, Issue 0, as of change",
        "Copy of IECEx BAS 26.0001X, Issue ٠, as of change 7",
        "Copy of IECEx BAS 26.0001X, Issue 0, as of change 7\n",
        f"Copy of {'x' * 101}, Issue 0, as of change 7",
    ],
)
def test_any_other_text_says_nothing(text: str) -> None:
    assert Copy.read(text) is None
