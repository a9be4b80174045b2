from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.entity_info_list import EntityInfoList
from ...models.error_message import ErrorMessage
from ...types import Response


def _get_kwargs(
    app_name: str,
    app_version: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "application/json"}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/app_access/{app_name}/{app_version}".format(
            app_name=quote(str(app_name), safe="", errors="surrogatepass"),
            app_version=quote(str(app_version), safe="", errors="surrogatepass"),
        ),
        "extensions": {
            "operation": {
                "id": "getAppAccess",
                "path": "/app_access/{app_name}/{app_version}",
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
) -> EntityInfoList | ErrorMessage | None:
    try:
        if response.status_code == 200:
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_200 = EntityInfoList.from_dict(data)

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
) -> Response[EntityInfoList | ErrorMessage]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    app_name: str,
    app_version: str,
    *,
    client: AuthenticatedClient,
) -> Response[EntityInfoList | ErrorMessage]:
    """
    Args:
        app_name (str):
        app_version (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EntityInfoList | ErrorMessage]
    """

    kwargs = _get_kwargs(
        app_name=app_name,
        app_version=app_version,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[EntityInfoList | ErrorMessage]) -> EntityInfoList:
    if not (response.status_code == 200):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("EntityInfoList", response.parsed)


def sync(
    app_name: str,
    app_version: str,
    *,
    client: AuthenticatedClient,
) -> EntityInfoList:
    """
    Args:
        app_name (str):
        app_version (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EntityInfoList
    """

    return _success(
        sync_detailed(
            app_name=app_name,
            app_version=app_version,
            client=client,
        )
    )


async def asyncio_detailed(
    app_name: str,
    app_version: str,
    *,
    client: AuthenticatedClient,
) -> Response[EntityInfoList | ErrorMessage]:
    """
    Args:
        app_name (str):
        app_version (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EntityInfoList | ErrorMessage]
    """

    kwargs = _get_kwargs(
        app_name=app_name,
        app_version=app_version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    app_name: str,
    app_version: str,
    *,
    client: AuthenticatedClient,
) -> EntityInfoList:
    """
    Args:
        app_name (str):
        app_version (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EntityInfoList
    """

    return _success(
        await asyncio_detailed(
            app_name=app_name,
            app_version=app_version,
            client=client,
        )
    )
