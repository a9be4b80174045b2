"""People: environments, groups, users and who is in which group."""

from __future__ import annotations

from optcloud.aimms.namespaces import NamespaceVerbs
from optcloud.aimms.people import apply as people_apply
from optcloud.aimms.people import edit, ensure, lookup
from optcloud.aimms.people.changes import PeopleReport
from optcloud.aimms.people.file import PeopleSource, hide_passwords, load
from optcloud.core.flow import Flow
from optcloud.core.verbs import Awaited, Blocking, verb, verb_of
from optcloud.handles.verb_from import verb_from


class PeopleVerbs(NamespaceVerbs):
    """The verbs of both forms."""

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
    create_user = verb_from("_hide", edit.create_user)
    update_user = verb_from("_hide", edit.update_user)
    delete_user = verb_of(edit.delete_user)
    ensure_user = verb_from("_hide", ensure.ensure_user)
    members = verb_of(lookup.members)
    add_member = verb_of(edit.add_member)
    remove_member = verb_of(edit.remove_member)
    ensure_member = verb_of(ensure.ensure_member)
    ensure_no_member = verb_of(ensure.ensure_no_member)

    @verb
    def apply(self, source: PeopleSource, *, dry_run: bool = False, prune: bool = False) -> Flow[PeopleReport]:
        """Apply a file of people: .yaml, .json, .csv or a mapping; `optcloud.aimms.people.roster` describes its shape.

        The file is read and checked as a whole before the first write; ``prune`` also removes what it does not have
        (`optcloud.aimms.people.apply` says how far). Each change is sent as an event when it is done. Raises
        `RosterError` with every fault, `ApplyError` with what has been done when a write fails.
        """
        source = hide_passwords(source)
        return (yield from people_apply.apply(load(source), dry_run=dry_run, prune=prune, hide=self._hide))


class People(PeopleVerbs, Blocking):
    """Environments, groups and users.

    In an update, None is "not given" and "" clears a text; only what is given is sent. The ``ensure_`` verbs look
    first and return what they changed (`PeopleChange`); in a dry run nothing is written.
    """


class AsyncPeople(PeopleVerbs, Awaited):
    """Environments, groups and users, as `People`; each verb is awaited."""
