"""Proves on a register's databases that what must always be true is true: ``python -m verification``, ``make verify``.

An operator's tool, beside the register: it reads several services' databases and the public API, and changes nothing.
It may import contracts, plumbing.settings, the services' tables and the rules of certificates; nobody imports it.

    N   the numbers of each series are 1…n, each owned by one certificate, which shows it, or marked as absent
    L   the log of public changes has no hole, and each row agrees with what was published
    P   what is public is what the log says, and nothing of a draft is in the log
    C   the counts behind the statistics are what there is
    S   the search index is what the log adds up to; asked of the gateway, where one answers

All that grows with the register is streamed, or kept on disk (``scratch``).
"""
