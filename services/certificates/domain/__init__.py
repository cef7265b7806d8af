"""The rules of certificates, free of databases and brokers: who may do what, when, and what the public is shown.

One file per scheme (``equipment``), found through ``schemes``. Imports the standard library and ``contracts`` only.
"""
