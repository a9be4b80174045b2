"""The page of examples: each script as it stands in `examples/`, and its notebook."""

from __future__ import annotations

import ast
import re
from pathlib import Path

EXAMPLES = Path(__file__).parent / "examples"
HEAD = """# Examples to run

Each is a whole program. It runs on the sandbox as it stands, without an account; with one, nothing in it changes.

"""
NOTEBOOK = """## A notebook

[study.ipynb](../examples/study.ipynb) runs a study of scenarios in Jupyter: tasks of AIMMS PRO, their results in a
table, and a plan of adiutaOpt as a chart. `optcloud sandbox -- jupyter lab study.ipynb` opens it on the sandbox.
"""


def text() -> str:
    """Return the page."""
    return HEAD + "\n".join([*map(_of_script, sorted(EXAMPLES.glob("*.py"))), NOTEBOOK])


def _of_script(script: Path) -> str:
    code = script.read_text(encoding="utf-8")
    first, _, how = (ast.get_docstring(ast.parse(code)) or "").partition("\n")
    title, _, what = first.partition(": ")
    body = code.partition('"""\n\n')[2]
    how = re.sub(r"(?m)^ *((?:optcloud|python) .*)$", r"```sh\n\1\n```", how.strip())
    shown = f'```python title="{script.name}"\n{body}```'
    return f"## {title}\n\n{what[0].upper()}{what[1:]}\n\n{how}\n\n{shown}\n"
