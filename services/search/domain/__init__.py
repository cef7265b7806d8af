"""The rules of search, without an engine: what a certificate is found by, how a request is read, in what order changes
are taken. Imports the standard library and contracts, nothing else.
"""
