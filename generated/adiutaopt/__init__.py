"""A client library for accessing adiutaOpt, reconstructed from public text"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
