"""What signals do when a process starts, whatever it inherited.

Whoever starts the tests may ignore signals: ``nohup`` does with SIGHUP, a shell's ``&`` with SIGINT. Child processes
inherit that, and Python then leaves the signal ignored. A test that sends signals sets what they do itself.
"""

import signal

ASKING_TO_END = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
IN_CHILD = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "[signal.signal(getattr(signal, name), signal.SIG_DFL) for name in ('SIGTERM', 'SIGHUP') "
    "if hasattr(signal, name)]\n"
)
"""The first line of a child's program: Ctrl-C raises KeyboardInterrupt, SIGTERM and SIGHUP end the process."""


def reset() -> None:
    """Do the same in this process."""
    for number in ASKING_TO_END:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
