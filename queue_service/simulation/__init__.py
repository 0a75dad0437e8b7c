"""Citizens and clerks who use a running service over its HTTP interface, as people would.

Their decisions are in ``choices``, without a clock or a connection; ``agenda`` is their clock,
``client`` their connection; ``office``, ``crowd`` and ``clerk`` are one branch and those in it.
"""
