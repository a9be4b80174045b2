"""Everything the sandbox knows. It lives in the server's thread: no locks, and `reset` makes it new."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import monotonic

from optcloud_sandbox.adiutaopt.plans import Plans
from optcloud_sandbox.aimms.account import AimmsAccount
from optcloud_sandbox.aimms.hooks import Hooks
from optcloud_sandbox.aimms.secrets import SecretTree
from optcloud_sandbox.aimms.services import Service, Services
from optcloud_sandbox.aimms.sessions import SessionRegistry
from optcloud_sandbox.aimms.tasks import ServedTask, TaskRegistry
from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.cognito.pool import UserPool
from optcloud_sandbox.cognito.tokens import TokenMint
from optcloud_sandbox.credentials import PUBLISHED, Credentials
from optcloud_sandbox.fault_replies import Releases
from optcloud_sandbox.faults import FaultPlan
from optcloud_sandbox.gurobi.fleet import Fleet
from optcloud_sandbox.gurobi.v2_pools import MachinePools
from optcloud_sandbox.journal import Journal
from optcloud_sandbox.pace import Pace
from optcloud_sandbox.settings import Settings


class World:
    """State of one sandbox; `pace` and `settings` are those it returns to on reset."""

    def __init__(self, pace: Pace, settings: Settings, credentials: Credentials = PUBLISHED) -> None:
        self._initial = (pace, settings)
        self.credentials = credentials
        self.clock = SandboxClock()
        self.journal = Journal()
        self.last_request = monotonic()  # also of the control plane
        self.faults = FaultPlan()
        self.releases = Releases()
        self.services = Services()
        self.workers: ThreadPoolExecutor  # while the sandbox is served
        self._making_a_pool = Lock()  # which a test's thread may be the first to need
        # The signing key outlives a reset, since making one takes long; the users in its tokens do not.
        self._tokens = TokenMint(self.clock, credentials.client_id, credentials.confidential_client_id)
        self.hooks = Hooks(self.clock, lambda: self.settings.hooks, self._look_at)
        self.reset()

    def open(self) -> None:
        self.workers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="optcloud-sandbox-job")

    def close(self) -> None:
        """Let the jobs that have not begun go; one that runs a service ends when the service does."""
        self.workers.shutdown(wait=False, cancel_futures=True)

    def reset(self) -> None:
        """As constructed, but for the services registered, which are configuration."""
        self.pace, self.settings = self._initial
        self.clock.reset()
        self.journal.clear()
        self.faults.entries.clear()
        self.releases.release()
        self.hooks.close()
        self.hooks = Hooks(self.clock, lambda: self.settings.hooks, self._look_at)
        tasks = TaskRegistry(self.clock, lambda: self.settings.aimms_parallel)
        self.aimms = AimmsAccount(self.clock, self.credentials, tasks, self.hooks)
        for app in self.services.apps():
            self.aimms.apps.ensure(app)
        self.sessions = SessionRegistry(self.clock)
        self.secrets = SecretTree()
        self.dex = TaskRegistry(self.clock, lambda: self.settings.dex_parallel)
        self._user_pool: UserPool | None = None
        self.plans = Plans()
        self.fleet = Fleet(self.clock, lambda: self.settings.gurobi, lambda: self.pace)
        self.fleet.add_account(self.credentials.gurobi_access_id, self.credentials.gurobi_secret_key)
        self.gurobi_pools = MachinePools(self.fleet, self.credentials.gurobi_access_id)

    def register(self, app: str, service: str, function: Service) -> None:
        """Let tasks of `app`/`service` run `function`; the app is published when there is none of that name."""
        self.services.register(app, service, function)
        self.aimms.apps.ensure(app)

    def publish_app(self, app: str) -> None:
        """Publish an app that has the services of every app."""
        self.services.add_app(app)
        self.aimms.apps.ensure(app)

    @property
    def user_pool(self) -> UserPool:
        """The pool of Cognito, made when it is first needed: a password's verifier would take most of a reset."""
        with self._making_a_pool:
            if self._user_pool is None:
                self._user_pool = UserPool(self.clock, self.credentials, self._tokens, lambda: self.settings.cognito)
            return self._user_pool

    @user_pool.setter
    def user_pool(self, pool: UserPool) -> None:
        self._user_pool = pool

    def _look_at(self, task: ServedTask) -> bool:
        """Move a task with a hook on; False when nothing can change any more."""
        if not self.aimms.tasks.has(task):
            return False
        task.catch_up()
        self.aimms.tasks.glance([run for run in task.runs if not run.finished()], self.pace, self.workers)
        return task.repeats or not all(run.finished() for run in task.runs)
