from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_message import ErrorMessage
from ...types import Response


def _get_kwargs(
    environment_name: str,
    group_name: str,
    user_id: int,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/environments/{environment_name}/groups/{group_name}/users/{user_id}".format(
            environment_name=quote(str(environment_name), safe="", errors="surrogatepass"),
            group_name=quote(str(group_name), safe="", errors="surrogatepass"),
            user_id=quote(str(user_id), safe="", errors="surrogatepass"),
        ),
        "extensions": {
            "operation": {
                "id": "removeUserFromGroup",
                "path": "/environments/{environment_name}/groups/{group_name}/users/{user_id}",
                "responses": {
                    "200": [],
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
) -> Any | ErrorMessage | None:
    try:
        if response.status_code == 200:
            response_200 = cast(Any, None)
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
) -> Response[Any | ErrorMessage]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    environment_name: str,
    group_name: str,
    user_id: int,
    *,
    client: AuthenticatedClient,
) -> Response[Any | ErrorMessage]:
    """
    Args:
        environment_name (str):
        group_name (str):
        user_id (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ErrorMessage]
    """

    kwargs = _get_kwargs(
        environment_name=environment_name,
        group_name=group_name,
        user_id=user_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[Any | ErrorMessage]) -> Any:
    if not (response.status_code == 200):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("Any", response.parsed)


def sync(
    environment_name: str,
    group_name: str,
    user_id: int,
    *,
    client: AuthenticatedClient,
) -> Any:
    """
    Args:
        environment_name (str):
        group_name (str):
        user_id (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any
    """

    return _success(
        sync_detailed(
            environment_name=environment_name,
            group_name=group_name,
            user_id=user_id,
            client=client,
        )
    )


async def asyncio_detailed(
    environment_name: str,
    group_name: str,
    user_id: int,
    *,
    client: AuthenticatedClient,
) -> Response[Any | ErrorMessage]:
    """
    Args:
        environment_name (str):
        group_name (str):
        user_id (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ErrorMessage]
    """

    kwargs = _get_kwargs(
        environment_name=environment_name,
        group_name=group_name,
        user_id=user_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    environment_name: str,
    group_name: str,
    user_id: int,
    *,
    client: AuthenticatedClient,
) -> Any:
    """
    Args:
        environment_name (str):
        group_name (str):
        user_id (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any
    """

    return _success(
        await asyncio_detailed(
            environment_name=environment_name,
            group_name=group_name,
            user_id=user_id,
            client=client,
        )
    )
