"""secret-manager: items and access to them (vendor page managing-secrets; statuses, fields and shapes inferred).

Every key of the sandbox belongs to an administrator, so no read is refused for want of access.
"""

from typing import Any

from optcloud_sandbox.aimms.lists import plain_filters, selected
from optcloud_sandbox.aimms.operations.base import Operations
from optcloud_sandbox.aimms.secrets import SecretHolder
from optcloud_sandbox.refusal import Refusal

FILTERS = plain_filters("type", "name", "path")


class SecretOperations(Operations):
    scope = "Secret"

    def get_item(self, path: str) -> Any:
        item = self.world.secrets.get(path)
        if not item.is_directory():
            return item.brief() | {"content": item.content}
        inside = [child.brief() for child in self.world.secrets.children(item)]
        return item.brief() | {"items": selected(self.request.query_params, inside, FILTERS)}

    def create_item(self, path: str) -> Any:
        return self.world.secrets.create(path, self.body().get("content")).brief()

    def update_item(self, path: str) -> Any:
        item = self.world.secrets.get(path)
        body = self.body()
        self.world.secrets.change(item, name=body.get("name"), content=body.get("content"))
        return item.brief()

    def delete_item(self, path: str) -> None:
        self.world.secrets.delete(self.world.secrets.get(path))

    def get_access(self, path: str) -> Any:
        names = ("type", "environment_name", "name")
        entries = self.world.secrets.get(path).access.items()
        return [dict(zip(names, holder, strict=True)) | {"access": right} for holder, right in entries]

    def set_access(self, path: str) -> None:
        item = self.world.secrets.get(path)
        body = self.body()
        item.access[self._holder(body)] = body["access"]

    def remove_access(self, path: str) -> None:
        item = self.world.secrets.get(path)
        holder = self._holder(self.body())
        if holder not in item.access:
            raise Refusal(404, f"{holder[0]} {holder[2]} has no access to this item")
        del item.access[holder]

    def _holder(self, body: dict[str, Any]) -> SecretHolder:
        """Refusal 404 for nobody."""
        environment = self.account.people.environment(body["environment_name"])
        if body["type"] == "user":
            environment.user(body["name"])
        else:
            environment.group(body["name"])
        return body["type"], environment.name, body["name"]
