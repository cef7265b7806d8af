"""The web site, one file a subject: pages made on the server, for people.

A page gets what it shows by the same calls of ``register()`` as the API does, never over HTTP. CONTRIBUTING.md says how
a page is added.
"""

from __future__ import annotations

from gateway.pages import accounts, administration, home, invitation, own_account, second_factor, secretariat

PAGES = (home, accounts, invitation, own_account, second_factor, administration, *secretariat.PAGES)
