"""The web site, one file a subject: pages made on the server, for people.

A page gets what it shows by the same calls of ``register()`` as the API does, never over HTTP. CONTRIBUTING.md says how
a page is added.
"""

from __future__ import annotations

from gateway.pages import (
    accounts,
    administration,
    annexing,
    batches,
    bodies,
    certificates,
    checks,
    docs,
    document_check,
    drafting,
    exports,
    help,  # noqa: A004 - a page, not the function
    home,
    invitation,
    issuing,
    numbers,
    own_account,
    registering,
    reports,
    search,
    second_factor,
    secretariat,
    statistics,
    verify,
    worklist,
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
    *(worklist, drafting, annexing, issuing, registering, batches),
)
