"""Scopes of API keys, by area of the API (facts, sections 1 and 4)."""

from optcloud_sandbox.credentials import AIMMS_SCOPES
from optcloud_sandbox.routing import Endpoint

Scoped = tuple[str, str, Endpoint, str | None]  # method, path, endpoint, scope

# Reading AIMMS versions needs PublishAimms by the older text (inferred).
TASKS, APPS, VERSIONS, KEYS, PEOPLE = "Tasks", "PublishApp", "PublishAimms", "APIKey", "Authentication"
ANY = None  # no scope is documented for the area: any valid key will do (inferred)

# The words on the wire are not published: those of the vendor's pages and screenshots are taken, in each spelling
# (inferred). Replies carry the spelling of the newest page.
SPELLINGS = {word: word for word in AIMMS_SCOPES} | {
    "PublishAIMMS": "PublishAimms",
    "Publish AIMMS": "PublishAimms",
    "Publish App": "PublishApp",
    "Task": "Tasks",
    "API Key": "APIKey",
}
