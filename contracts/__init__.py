"""What crosses a process boundary: identities, errors, events, schemas and the grammar of numbers.

Nothing here does input or output, and nothing here imports more than the standard library and marshmallow.
"""
