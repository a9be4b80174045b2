"""Contains all the data models used in inputs/outputs"""

from .error import Error
from .filters import Filters
from .page import Page
from .session import Session

__all__ = (
    "Error",
    "Filters",
    "Page",
    "Session",
)
