"""People: environments, groups, users and who is in which group."""

from __future__ import annotations

from optcloud.aimms.people import apply as people_apply
from optcloud.aimms.people import edit, ensure, lookup
from optcloud.aimms.people.changes import PeopleChange, PeopleReport
from optcloud.aimms.people.entities import User
from optcloud.aimms.people.file import PeopleSource, load, out_of_sight
from optcloud.core.flow import AsyncRunner, Flow, Runner
from optcloud.core.secret import Hide, Secret, as_secret
from optcloud.core.verbs import AsyncNamespace, Namespace, verb, verb_of


class PeopleVerbs:
    """The verbs of both forms. What is given as a password is wrapped before anything can go wrong."""

    _hide: Hide
    current = verb_of(lookup.current)
    entity = verb_of(lookup.entity)
    environments = verb_of(lookup.environments)
    environment = verb_of(lookup.environment)
    create_environment = verb_of(edit.create_environment)
    update_environment = verb_of(edit.update_environment)
    delete_environment = verb_of(edit.delete_environment)
    ensure_environment = verb_of(ensure.ensure_environment)
    groups = verb_of(lookup.groups)
    group = verb_of(lookup.group)
    create_group = verb_of(edit.create_group)
    update_group = verb_of(edit.update_group)
    delete_group = verb_of(edit.delete_group)
    ensure_group = verb_of(ensure.ensure_group)
    users = verb_of(lookup.users)
    user = verb_of(lookup.user)
    delete_user = verb_of(edit.delete_user)
    members = verb_of(lookup.members)
    add_member = verb_of(edit.add_member)
    remove_member = verb_of(edit.remove_member)
    ensure_member = verb_of(ensure.ensure_member)
    ensure_no_member = verb_of(ensure.ensure_no_member)

    @verb
    def create_user(
        self,
        environment: str,
        name: str,
        *,
        full_name: str | None = None,
        email: str | None = None,
        password: Secret | str | None = None,
    ) -> Flow[User]:
        """Create a user, in no group yet. Raises `Conflict` when the name is taken (status inferred)."""
        given = as_secret(password)
        return edit.create_user(environment, name, full_name=full_name, email=email, password=given, hide=self._hide)

    @verb
    def update_user(
        self,
        environment: str,
        user: str,
        *,
        name: str | None = None,
        full_name: str | None = None,
        email: str | None = None,
        password: Secret | str | None = None,
    ) -> Flow[User]:
        """Change what is given of a user; ``name`` renames them (inferred)."""
        given = as_secret(password)
        return edit.update_user(
            environment, user, name=name, full_name=full_name, email=email, password=given, hide=self._hide
        )

    @verb
    def ensure_user(
        self,
        environment: str,
        name: str,
        *,
        full_name: str | None = None,
        email: str | None = None,
        password: Secret | str | None = None,
        dry_run: bool = False,
    ) -> Flow[PeopleChange]:
        """Create the user, or change what differs; the password is a new user's only, since it cannot be compared."""
        given = as_secret(password)
        return ensure.ensure_user(
            environment, name, full_name=full_name, email=email, password=given, dry_run=dry_run, hide=self._hide
        )

    @verb
    def apply(self, source: PeopleSource, *, dry_run: bool = False, prune: bool = False) -> Flow[PeopleReport]:
        """Apply a file of people: .yaml, .json, .csv or a mapping; `optcloud.aimms.people.roster` describes its shape.

        The file is read and checked as a whole before the first write; ``prune`` also removes what it does not have
        (`optcloud.aimms.people.apply` says how far). Each change is sent as an event when it is done. Raises
        `RosterError` with every fault, `ApplyError` with what has been done when a write fails.
        """
        source = out_of_sight(source)
        return (yield from people_apply.apply(load(source), dry_run=dry_run, prune=prune, hide=self._hide))


class People(PeopleVerbs, Namespace):
    """Environments, groups and users.

    In an update, None is "not given" and "" clears a text; only what is given is sent. The ``ensure_`` verbs look
    first and return what they changed (`PeopleChange`); in a dry run nothing is written.
    """

    def __init__(self, connection: Runner, hide: Hide) -> None:
        super().__init__(connection)
        self._hide = hide


class AsyncPeople(PeopleVerbs, AsyncNamespace):
    """Environments, groups and users, as `People`; each verb is awaited."""

    def __init__(self, connection: AsyncRunner, hide: Hide) -> None:
        super().__init__(connection)
        self._hide = hide
