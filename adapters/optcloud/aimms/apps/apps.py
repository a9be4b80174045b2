"""The apps of an account: publish, list, look, change, delete; their categories.

What is done with one app is in `optcloud.aimms.apps.app`, publishing in `optcloud.aimms.apps.publish`.
"""

from __future__ import annotations

from functools import cached_property

from optcloud.aimms.apps import app
from optcloud.aimms.apps.categories import AsyncCategories, Categories
from optcloud.aimms.apps.publish import publish
from optcloud.aimms.apps.versions import list_profiles
from optcloud.aimms.namespaces import NamespaceVerbs
from optcloud.core.verbs import Awaited, Blocking, verb_of


class AppsVerbs(NamespaceVerbs):
    """What can be asked of published apps."""

    publish = verb_of(publish)
    list = verb_of(app.list_apps)
    get = verb_of(app.get_app)
    latest = verb_of(app.latest_app)
    is_modifiable = verb_of(app.is_modifiable)
    update = verb_of(app.update_app)
    set_attributes = verb_of(app.set_attributes)
    delete = verb_of(app.delete)
    resource_profiles = verb_of(list_profiles)

    def link(self, name: str, version: str | None = None, *, page: str | None = None) -> str:
        """Return the address that starts an app in a browser, of the latest-tagged version unless one is given.

        ``page``: where to begin, such as ``Main Project/Production Planning``, capitals as in the app. No request is
        made. Raises `BadRequest` for a name that would lead elsewhere.
        """
        return app.link(str(self._connection.client.base_url), name, version, page=page)


class Apps(AppsVerbs, Blocking):
    """Published apps."""

    @cached_property
    def categories(self) -> Categories:
        """The categories of apps."""
        return Categories(self._connection)


class AsyncApps(AppsVerbs, Awaited):
    """Published apps; each verb is awaited."""

    @cached_property
    def categories(self) -> AsyncCategories:
        """The categories of apps."""
        return AsyncCategories(self._connection)
