"""Hooks: AIMMS PRO calls this program at each change of a task's state, instead of being asked.

    optcloud sandbox -- python hooks.py

The address is on loopback here; a real AIMMS PRO needs one that it can reach, by https.
"""

import threading
import time

import uvicorn

from optcloud import HookReceiver, OptCloud

PORT = 8788


def main() -> None:
    """Listen, run a task, and be woken when it has ended."""
    receiver = HookReceiver("not-a-real-key", on_change=lambda change: print("called:", change.state))
    server = uvicorn.Server(uvicorn.Config(receiver, host="127.0.0.1", port=PORT, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    with OptCloud() as oc:
        address = receiver.address(f"http://127.0.0.1:{PORT}/")
        job = oc.aimms.run("Scheduling", "solve", input={"machines": 2}, hook=address)
        print(job.wait(timeout=600, hook=receiver).state)
    server.should_exit = True
    thread.join()


if __name__ == "__main__":
    main()
