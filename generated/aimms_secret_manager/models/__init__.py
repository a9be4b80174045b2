"""Contains all the data models used in inputs/outputs"""

from .access_entity import AccessEntity
from .error import Error
from .item import Item

__all__ = (
    "AccessEntity",
    "Error",
    "Item",
)
