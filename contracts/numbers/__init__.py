"""The grammar of numbers: four forms of certificate numbers, four of report numbers, and the series they count in.

``parse`` understands every spelling that people use; a number prints in exactly one way.
This package imports the standard library and contracts.errors and countries, nothing else.
"""

from contracts.numbers.absence import ABSENT, absent_owner, is_absent
from contracts.numbers.forms import (
    CERTIFICATE_SCHEMES,
    REPORT_KINDS,
    CertificateNumber,
    ReportNumber,
    Series,
    as_path,
    canonical_code,
    full_year,
    short_year,
)
from contracts.numbers.spelling import LONGEST_SPELLING, Number, normalise, parse, parse_or_none

__all__ = [
    "ABSENT",
    "CERTIFICATE_SCHEMES",
    "LONGEST_SPELLING",
    "REPORT_KINDS",
    "CertificateNumber",
    "Number",
    "ReportNumber",
    "Series",
    "absent_owner",
    "as_path",
    "canonical_code",
    "full_year",
    "is_absent",
    "normalise",
    "parse",
    "parse_or_none",
    "short_year",
]
