"""Operations on API keys."""

from typing import Any

from optcloud_sandbox.aimms.operations.base import Operations
from optcloud_sandbox.refusal import Refusal


class KeyOperations(Operations):
    """An account is the cloud account (inferred); the sandbox has one, to which keys without an account belong."""

    scope = "APIKey"

    def get_api_keys(self) -> Any:
        return {"keys": [key.as_json() for key in self.account.keys.all()]}

    def create_api_key(self) -> Any:
        return self.account.keys.create(self.body())

    def create_api_key_for_account(self, account_name: str) -> Any:
        self._check(account_name)
        return self.create_api_key()

    def delete_api_key(self, api_key_name: str) -> None:
        self.account.keys.delete(api_key_name)

    def delete_api_key_for_account(self, account_name: str, api_key_name: str) -> None:
        self._check(account_name)
        self.account.keys.delete(api_key_name)

    def _check(self, account_name: str) -> None:
        if account_name != self.world.credentials.aimms_account:
            raise Refusal(404, f"account {account_name} doesn't exist")
