from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.user import User
from ...types import Response


def _get_kwargs(
    account_name: str,
    environment_name: str,
    user_name: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "application/json"}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/user/{account_name}/{environment_name}/{user_name}/info".format(
            account_name=quote(str(account_name), safe="", errors="surrogatepass"),
            environment_name=quote(str(environment_name), safe="", errors="surrogatepass"),
            user_name=quote(str(user_name), safe="", errors="surrogatepass"),
        ),
        "extensions": {
            "operation": {
                "id": "getUser",
                "path": "/user/{account_name}/{environment_name}/{user_name}/info",
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


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Error | User | None:
    try:
        if response.status_code == 200:
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_200 = User.from_dict(data)

            return response_200

        if 400 <= response.status_code <= 499:
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_4xx = Error.from_dict(data)

            return response_4xx

        if 500 <= response.status_code <= 599:
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_5xx = Error.from_dict(data)

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
) -> Response[Error | User]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    account_name: str,
    environment_name: str,
    user_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | User]:
    """One user

    Args:
        account_name (str):
        environment_name (str):
        user_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | User]
    """

    kwargs = _get_kwargs(
        account_name=account_name,
        environment_name=environment_name,
        user_name=user_name,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[Error | User]) -> User:
    if not (response.status_code == 200):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("User", response.parsed)


def sync(
    account_name: str,
    environment_name: str,
    user_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> User:
    """One user

    Args:
        account_name (str):
        environment_name (str):
        user_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        User
    """

    return _success(
        sync_detailed(
            account_name=account_name,
            environment_name=environment_name,
            user_name=user_name,
            client=client,
        )
    )


async def asyncio_detailed(
    account_name: str,
    environment_name: str,
    user_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | User]:
    """One user

    Args:
        account_name (str):
        environment_name (str):
        user_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | User]
    """

    kwargs = _get_kwargs(
        account_name=account_name,
        environment_name=environment_name,
        user_name=user_name,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    account_name: str,
    environment_name: str,
    user_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> User:
    """One user

    Args:
        account_name (str):
        environment_name (str):
        user_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        User
    """

    return _success(
        await asyncio_detailed(
            account_name=account_name,
            environment_name=environment_name,
            user_name=user_name,
            client=client,
        )
    )
