from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_key import ApiKey
from ...models.error import Error
from ...models.new_api_key import NewApiKey
from ...types import Response


def _get_kwargs(
    *,
    body: NewApiKey,
) -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "application/json"}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/user/@current/api-key",
        "extensions": {
            "operation": {
                "id": "createApiKey",
                "path": "/user/@current/api-key",
                "responses": {
                    "2XX": [
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

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ApiKey | Error | None:
    try:
        if 200 <= response.status_code <= 299:
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_2xx = ApiKey.from_dict(data)

            return response_2xx

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
) -> Response[ApiKey | Error]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewApiKey,
) -> Response[ApiKey | Error]:
    """Create an API key; its value comes back here and never again

    Args:
        body (NewApiKey):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiKey | Error]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[ApiKey | Error]) -> ApiKey:
    if not (200 <= response.status_code <= 299):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("ApiKey", response.parsed)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: NewApiKey,
) -> ApiKey:
    """Create an API key; its value comes back here and never again

    Args:
        body (NewApiKey):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ApiKey
    """

    return _success(
        sync_detailed(
            client=client,
            body=body,
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewApiKey,
) -> Response[ApiKey | Error]:
    """Create an API key; its value comes back here and never again

    Args:
        body (NewApiKey):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiKey | Error]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: NewApiKey,
) -> ApiKey:
    """Create an API key; its value comes back here and never again

    Args:
        body (NewApiKey):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ApiKey
    """

    return _success(
        await asyncio_detailed(
            client=client,
            body=body,
        )
    )
