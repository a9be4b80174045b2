from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.deployed_version import DeployedVersion
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    adiutaopt_version: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "application/json"}
    if not isinstance(adiutaopt_version, Unset):
        headers["adiutaopt-version"] = adiutaopt_version

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/version",
        "extensions": {
            "operation": {
                "id": "getVersion",
                "path": "/version",
                "responses": {
                    "200": [
                        "application/json",
                    ],
                    "401": [],
                },
            }
        },
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | DeployedVersion | None:
    try:
        if response.status_code == 200:
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_200 = DeployedVersion.from_dict(data)

            return response_200

        if response.status_code == 401:
            response_401 = cast(Any, None)
            return response_401

    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise errors.UnexpectedContent(
            response.status_code, response.content, response.headers.get("content-type")
        ) from error
    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | DeployedVersion]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    adiutaopt_version: str | Unset = UNSET,
) -> Response[Any | DeployedVersion]:
    """Deployed versions

    Args:
        adiutaopt_version (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | DeployedVersion]
    """

    kwargs = _get_kwargs(
        adiutaopt_version=adiutaopt_version,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[Any | DeployedVersion]) -> DeployedVersion:
    if not (response.status_code == 200):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("DeployedVersion", response.parsed)


def sync(
    *,
    client: AuthenticatedClient | Client,
    adiutaopt_version: str | Unset = UNSET,
) -> DeployedVersion:
    """Deployed versions

    Args:
        adiutaopt_version (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeployedVersion
    """

    return _success(
        sync_detailed(
            client=client,
            adiutaopt_version=adiutaopt_version,
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    adiutaopt_version: str | Unset = UNSET,
) -> Response[Any | DeployedVersion]:
    """Deployed versions

    Args:
        adiutaopt_version (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | DeployedVersion]
    """

    kwargs = _get_kwargs(
        adiutaopt_version=adiutaopt_version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    adiutaopt_version: str | Unset = UNSET,
) -> DeployedVersion:
    """Deployed versions

    Args:
        adiutaopt_version (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeployedVersion
    """

    return _success(
        await asyncio_detailed(
            client=client,
            adiutaopt_version=adiutaopt_version,
        )
    )
