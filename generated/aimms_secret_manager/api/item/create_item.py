from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.item import Item
from ...types import File, Response


def _get_kwargs(
    path: str,
    *,
    body: Item,
) -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "*/*"}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/item/{path}".format(
            path=quote(str(path), safe="", errors="surrogatepass"),
        ),
        "extensions": {
            "operation": {
                "id": "createItem",
                "path": "/item/{path}",
                "responses": {
                    "2XX": [
                        "*/*",
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


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Error | File | None:
    try:
        if 200 <= response.status_code <= 299:
            response_2xx = File(payload=response.content, mime_type=response.headers.get("content-type"))
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
) -> Response[Error | File]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    path: str,
    *,
    client: AuthenticatedClient | Client,
    body: Item,
) -> Response[Error | File]:
    """Create a secret or a directory

    Args:
        path (str):
        body (Item): A secret or a directory; its fields are not published.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | File]
    """

    kwargs = _get_kwargs(
        path=path,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[Error | File]) -> File:
    if not (200 <= response.status_code <= 299):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("File", response.parsed)


def sync(
    path: str,
    *,
    client: AuthenticatedClient | Client,
    body: Item,
) -> File:
    """Create a secret or a directory

    Args:
        path (str):
        body (Item): A secret or a directory; its fields are not published.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File
    """

    return _success(
        sync_detailed(
            path=path,
            client=client,
            body=body,
        )
    )


async def asyncio_detailed(
    path: str,
    *,
    client: AuthenticatedClient | Client,
    body: Item,
) -> Response[Error | File]:
    """Create a secret or a directory

    Args:
        path (str):
        body (Item): A secret or a directory; its fields are not published.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | File]
    """

    kwargs = _get_kwargs(
        path=path,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    path: str,
    *,
    client: AuthenticatedClient | Client,
    body: Item,
) -> File:
    """Create a secret or a directory

    Args:
        path (str):
        body (Item): A secret or a directory; its fields are not published.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File
    """

    return _success(
        await asyncio_detailed(
            path=path,
            client=client,
            body=body,
        )
    )
