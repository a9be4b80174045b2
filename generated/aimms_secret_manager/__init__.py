"""A client library for accessing AIMMS PRO secret-manager, reconstructed from the vendor's pages"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
