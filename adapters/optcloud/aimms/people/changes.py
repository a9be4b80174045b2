"""What was changed among people, or would be: one `PeopleChange` a thing, a `PeopleReport` of many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from optcloud.core.errors import OptCloudError
from optcloud.core.unknown_outcome import may_have_happened

Action: TypeAlias = Literal["create", "update", "delete", "add", "remove", "none"]
ChangedKind: TypeAlias = Literal["environment", "group", "user", "member"]


@frozen
class PeopleChange:
    """One thing made so: ``action`` "none" when it was so already, ``done`` False in a dry run.

    ``name`` is the text form of the entity (of a member: ``ACME/group:planners + ACME/user:ada``), ``fields`` has what
    differs, as (before, after); passwords are never in it.
    """

    kind: ChangedKind
    name: str
    action: Action
    fields: Mapping[str, tuple[Any, Any]] = field(factory=dict)
    done: bool = False

    @property
    def differs(self) -> bool:
        """Whether there was something to change."""
        return self.action != "none"

    def __str__(self) -> str:
        changes = ", ".join(f"{name} {before!r} -> {after!r}" for name, (before, after) in self.fields.items())
        return f"{self.action} {self.kind} {self.name}" + (f" ({changes})" if changes else "")


@frozen
class PeopleReport:
    """What a file of people changed, in the order in which it was done; ``dry_run``: nothing was."""

    changes: tuple[PeopleChange, ...]
    dry_run: bool

    @property
    def differs(self) -> bool:
        """Whether there was something to change."""
        return bool(self.changes)

    def __iter__(self) -> Iterator[PeopleChange]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)


class ApplyError(OptCloudError):
    """A file of people was applied in part: ``cause`` is what stopped it.

    ``done`` has what was changed, ``stopped_at`` the change that failed (with ``fate_unknown`` it may have been made
    all the same), ``left`` what was not begun. Applying the file again does the rest.
    """

    def __init__(
        self, cause: OptCloudError, done: PeopleReport, stopped_at: PeopleChange, left: tuple[PeopleChange, ...]
    ) -> None:
        self.cause = cause
        self.done = done
        self.stopped_at = stopped_at
        self.left = left
        self.fate_unknown = may_have_happened(cause)
        doubt = " (it may have been done all the same)" if self.fate_unknown else ""
        super().__init__(
            f"stopped at: {stopped_at}{doubt}; {len(done)} changes were made before, {len(left)} are left; "
            f"apply again to do the rest: {cause}"
        )
