"""Makes the process cooperative; the first import of every entry module, before anything else is imported.

A late patch leaves locks behind that block the whole process, and psycopg picks its wait function at import:
the C one would block the hub, the selector one yields to it.
"""

import os
import warnings

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
# nameko needs eventlet; that eventlet is deprecated is known and said in docs/decisions.md.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet

eventlet.monkey_patch()
