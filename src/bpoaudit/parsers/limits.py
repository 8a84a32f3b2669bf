"""What a process that parses may use. Its end is the end of the process, and of nothing else."""

from __future__ import annotations

import resource


def limit_memory(most_bytes: int) -> None:
    """Bound the address space, and leave no core file, which would hold what is parsed."""
    _lower(resource.RLIMIT_AS, most_bytes)
    _lower(resource.RLIMIT_CORE, 0)


def limit_time(seconds: int) -> None:
    """Let the process use that much processor time from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds)


def _lower(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
