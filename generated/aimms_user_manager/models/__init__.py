"""Contains all the data models used in inputs/outputs"""

from .api_key import ApiKey
from .environment import Environment
from .error import Error
from .group import Group
from .new_api_key import NewApiKey
from .page import Page
from .user import User

__all__ = (
    "ApiKey",
    "Environment",
    "Error",
    "Group",
    "NewApiKey",
    "Page",
    "User",
)
