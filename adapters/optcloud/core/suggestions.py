"""What somebody may have meant who wrote a name that there is not."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the name that is meant, as a question, and all that there are, such as ``did you mean prod? There are …``.

    Upper and lower case are the same here.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - seldom, and not light

    names = sorted(known)
    if not names:
        return "there are none"
    by_case = {each.casefold(): each for each in names}
    near = get_close_matches(name.casefold(), by_case, n=1)
    listed = f"{'there is' if len(names) == 1 else 'there are'} {', '.join(names)}"
    return f"did you mean {by_case[near[0]]}? T{listed[1:]}" if near else listed
