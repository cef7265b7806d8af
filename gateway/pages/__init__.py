"""The web site, one file a subject: pages made on the server, for people.

A page gets what it shows by the same calls of ``register()`` as the API does, never over HTTP. CONTRIBUTING.md says how
a page is added.
"""

from __future__ import annotations

from gateway.pages import (
    accounts,
    administration,
    bodies,
    certificates,
    checks,
    docs,
    document_check,
    exports,
    help,  # noqa: A004 - a page, not the function
    home,
    invitation,
    numbers,
    own_account,
    reports,
    search,
    second_factor,
    secretariat,
    statistics,
    verify,
)

PAGES = (
    *(
        home,
        search,
        certificates,
        reports,
        exports,
        verify,
        document_check,
        checks,
        statistics,
        numbers,
        bodies,
        docs,
        help,
    ),
    *(accounts, invitation, own_account, second_factor, administration, *secretariat.PAGES),
)
