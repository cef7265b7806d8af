"""What the gateway lets through, the service behind takes: else the API's description would promise too much."""

import pytest
from marshmallow import Schema, validate

from gateway.api.schemas import ChangesParameters, MineParameters
from gateway.api.searching import SearchParameters
from services.certificates import changes, reading
from services.search.domain import questions


@pytest.mark.parametrize(
    ("parameters", "name", "most"),
    [
        (MineParameters, "limit", reading.LONGEST_LISTING),
        (ChangesParameters, "limit", changes.LARGEST_PAGE),
        (ChangesParameters, "after", reading.LAST_CHANGE_NO),
        (SearchParameters, "limit", questions.MOST_HITS),
    ],
)
def test_a_number_has_the_same_bounds_before_and_behind_the_gateway(
    parameters: type[Schema], name: str, most: int
) -> None:
    bounds = [check for check in parameters().fields[name].validators if isinstance(check, validate.Range)]
    assert [bound.max for bound in bounds] == [most]
