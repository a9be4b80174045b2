"""One AIMMS account: people, keys, apps, tasks."""

from optcloud_sandbox.aimms.access import AccessControl
from optcloud_sandbox.aimms.apps import PublishedApps
from optcloud_sandbox.aimms.hooks import Hooks
from optcloud_sandbox.aimms.keys import AccountKeys
from optcloud_sandbox.aimms.links import Links
from optcloud_sandbox.aimms.people import AccountPeople
from optcloud_sandbox.aimms.portal import Launches
from optcloud_sandbox.aimms.storage import StorageTree
from optcloud_sandbox.aimms.tasks import TaskRegistry
from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.credentials import AIMMS_SCOPES, Credentials

FIRST_APP = "Sandbox"
FIRST_KEY = "sandbox"


class AimmsAccount:
    """What the API shows of an account; "Sandbox" 1.0 is published from the start."""

    def __init__(self, clock: SandboxClock, credentials: Credentials, tasks: TaskRegistry, hooks: Hooks) -> None:
        self.people = AccountPeople(credentials.password)
        self.keys = AccountKeys(clock, self.people.owner)
        self.keys.add_named(FIRST_KEY, credentials.aimms_api_key, AIMMS_SCOPES)
        self.apps = PublishedApps()
        self.apps.ensure(FIRST_APP)
        self.access = AccessControl(self.apps, self.people)
        self.links = Links(clock)
        self.storage = StorageTree(clock)
        self.launches = Launches()
        self.tasks = tasks
        self.hooks = hooks

    def forget(self, entity: int) -> None:
        """A deleted environment, group or user: no right of it stays (inferred)."""
        self.apps.forget(entity)
        self.people.forget(entity)
        self.storage.forget(entity)
