"""The Secretariat's pages, one file a subject. The IT administrator may look at them and change nothing."""

from __future__ import annotations

from gateway.pages.secretariat import bodies, cards, decisions, desk, imports, quality, requests, standards

PAGES = (desk, requests, decisions, bodies, standards, quality, cards, imports)
