"""What was asked a moment ago is answered with again, and then asked anew."""

from plumbing.lately import MOST, Lately


def test_a_value_is_made_once_for_a_while() -> None:
    made = iter(range(9))
    lately = Lately(seconds=60)
    assert [lately.get("key", lambda: next(made)) for _ in range(3)] == [0, 0, 0]
    assert lately.get("other", lambda: next(made)) == 1


def test_a_value_that_is_too_old_is_made_anew() -> None:
    made = iter(range(9))
    lately = Lately(seconds=0)
    assert [lately.get("key", lambda: next(made)) for _ in range(3)] == [0, 1, 2]


def test_not_more_than_so_much_is_remembered() -> None:
    lately = Lately(seconds=60)
    for key in range(MOST + 1):
        lately.get(key, lambda: 0)
    assert lately.get(0, lambda: 1) == 1
