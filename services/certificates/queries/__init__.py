"""Every statement of the certificates service, one file a subject; those on the log are in ``changes``.

Functions of a Session that hold no rule and open no transaction. What every request needs is a statement made once:
building one takes SQLAlchemy longer than PostgreSQL takes to answer it.
"""
