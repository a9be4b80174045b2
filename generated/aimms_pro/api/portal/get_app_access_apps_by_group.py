from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_message import ErrorMessage
from ...models.portal_app_access_list import PortalAppAccessList
from ...types import UNSET, Response


def _get_kwargs(
    *,
    env_name: str,
    group_name: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "application/json"}

    params: dict[str, Any] = {}

    params["envName"] = env_name

    params["groupName"] = group_name

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/portal/app_access/apps_by_group",
        "params": params,
        "extensions": {
            "operation": {
                "id": "getAppAccessAppsByGroup",
                "path": "/portal/app_access/apps_by_group",
                "responses": {
                    "200": [
                        "application/json",
                    ],
                    "4XX": [
                        "application/json",
                    ],
                    "5XX": [
                        "application/json",
                    ],
                },
            }
        },
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorMessage | PortalAppAccessList | None:
    try:
        if response.status_code == 200:
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_200 = PortalAppAccessList.from_dict(data)

            return response_200

        if 400 <= response.status_code <= 499:
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_4xx = ErrorMessage.from_dict(data)

            return response_4xx

        if 500 <= response.status_code <= 599:
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_5xx = ErrorMessage.from_dict(data)

            return response_5xx

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
) -> Response[ErrorMessage | PortalAppAccessList]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    env_name: str,
    group_name: str,
) -> Response[ErrorMessage | PortalAppAccessList]:
    """
    Args:
        env_name (str):
        group_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorMessage | PortalAppAccessList]
    """

    kwargs = _get_kwargs(
        env_name=env_name,
        group_name=group_name,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[ErrorMessage | PortalAppAccessList]) -> PortalAppAccessList:
    if not (response.status_code == 200):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("PortalAppAccessList", response.parsed)


def sync(
    *,
    client: AuthenticatedClient,
    env_name: str,
    group_name: str,
) -> PortalAppAccessList:
    """
    Args:
        env_name (str):
        group_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PortalAppAccessList
    """

    return _success(
        sync_detailed(
            client=client,
            env_name=env_name,
            group_name=group_name,
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    env_name: str,
    group_name: str,
) -> Response[ErrorMessage | PortalAppAccessList]:
    """
    Args:
        env_name (str):
        group_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorMessage | PortalAppAccessList]
    """

    kwargs = _get_kwargs(
        env_name=env_name,
        group_name=group_name,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    env_name: str,
    group_name: str,
) -> PortalAppAccessList:
    """
    Args:
        env_name (str):
        group_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PortalAppAccessList
    """

    return _success(
        await asyncio_detailed(
            client=client,
            env_name=env_name,
            group_name=group_name,
        )
    )
