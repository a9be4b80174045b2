"""One AIMMS account: people, keys, apps, tasks."""

from optcloud_sandbox.aimms.access import Access
from optcloud_sandbox.aimms.apps import Apps
from optcloud_sandbox.aimms.hooks import Hooks
from optcloud_sandbox.aimms.keys import ApiKeys
from optcloud_sandbox.aimms.links import Links
from optcloud_sandbox.aimms.people import People
from optcloud_sandbox.aimms.portal import Launches
from optcloud_sandbox.aimms.storage import Storage
from optcloud_sandbox.aimms.tasks import Tasks
from optcloud_sandbox.clock import Clock
from optcloud_sandbox.credentials import AIMMS_SCOPES, Credentials

FIRST_APP = "Sandbox"
FIRST_KEY = "sandbox"


class Account:
    """What the API shows of an account; "Sandbox" 1.0 is published from the start."""

    def __init__(self, clock: Clock, credentials: Credentials, tasks: Tasks, hooks: Hooks) -> None:
        self.people = People(credentials.password)
        self.keys = ApiKeys(clock, self.people.owner)
        self.keys.add_named(FIRST_KEY, credentials.aimms_api_key, AIMMS_SCOPES)
        self.apps = Apps()
        self.apps.ensure(FIRST_APP)
        self.access = Access(self.apps, self.people)
        self.links = Links(clock)
        self.storage = Storage(clock)
        self.launches = Launches()
        self.tasks = tasks
        self.hooks = hooks

    def forget(self, entity: int) -> None:
        """A deleted environment, group or user: no right of it stays (inferred)."""
        self.apps.forget(entity)
        self.people.forget(entity)
        self.storage.forget(entity)
