"""A warm process that forks clients: ``python nursery.py DESCRIPTOR`` of the socket over which it is asked for them.

A forked client ends as any interpreter does, with its exit functions: it returns from here.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from pathlib import Path

if not __package__:  # run as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from leaks import client


def main(control: socket.socket) -> int:
    """Fork a client per message, which has its specification and a socket to talk to it; answer with its id."""
    client.warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody has to wait for the children
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 1)
        if not message:
            return 0
        if (pid := os.fork()) == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return client.live(json.loads(message), descriptors[0])
        os.close(descriptors[0])
        control.sendall(f"{pid}\n".encode())


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as control:
        code = main(control)
    sys.exit(code)
