"""Makes the engine's panics ordinary errors.

A panic in Rust arrives as a BaseException, which no ``except Exception`` sees: it would end the thread of a pool
without an answer to whoever waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

# The class cannot be imported: every extension module has one of its own.
_PANIC = "PanicException"


class IndexFault(Exception):
    """The engine failed: a file of the index is damaged, the disk is full, or the engine has a bug."""


@contextmanager
def guarded() -> Iterator[None]:
    """Raises IndexFault for a panic and for what the engine reports of its files; all else passes."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise IndexFault(str(error)) from error
    except BaseException as error:
        if type(error).__name__ == _PANIC:
            raise IndexFault(str(error)) from error
        raise
