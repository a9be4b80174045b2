"""datamodel-code-generator as its command line runs it; its warnings are the last line printed, as JSON."""

from __future__ import annotations

import json
import sys
import warnings

from datamodel_code_generator.__main__ import main


def run(arguments: list[str]) -> int:
    """Generate, print. Returns the exit code."""
    told: list[str] = []

    def tell(message: Warning | str, *_rest: object, **_named: object) -> None:
        told.append(str(message))

    warnings.showwarning = tell
    code = int(main(arguments))
    print(json.dumps(list(dict.fromkeys(told))))
    return code


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
