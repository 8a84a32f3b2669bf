"""What a process that parses may use. Its end is the end of the process, and of nothing else."""

from __future__ import annotations

import resource


def limit_memory(most_bytes: int) -> None:
    """Bound the address space, and leave no core, which would hold what is parsed."""
    _lower(resource.RLIMIT_AS, most_bytes)
    leave_no_core()


def leave_no_core() -> None:
    """Let a crash of this process and of those it begins leave no picture of their memory.

    One byte, not none: a core that the kernel hands to a program (`core_pattern` with a pipe) is bound by no
    limit but that of one byte, which stands for no core at all.
    """
    most = 0 if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0 else 1
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def limit_time(seconds: int) -> None:
    """Let the process use that much processor time from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds)


def _lower(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
