from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.filters import Filters
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    session_id: str,
    *,
    filters: Filters | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "*/*"}

    params: dict[str, Any] = {}

    json_filters: dict[str, Any] | Unset = UNSET
    if not isinstance(filters, Unset):
        json_filters = filters.to_dict()
    if not isinstance(json_filters, Unset):
        params.update(json_filters)

    params["offset"] = offset

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/sessions/webui/{session_id}/logs".format(
            session_id=quote(str(session_id), safe="", errors="surrogatepass"),
        ),
        "params": params,
        "extensions": {
            "operation": {
                "id": "getWebuiSessionLogs",
                "path": "/sessions/webui/{session_id}/logs",
                "responses": {
                    "200": [
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

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Error | File | None:
    try:
        if response.status_code == 200:
            response_200 = File(payload=response.content, mime_type=response.headers.get("content-type"))
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
) -> Response[Error | File]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    session_id: str,
    *,
    client: AuthenticatedClient | Client,
    filters: Filters | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> Response[Error | File]:
    """The logs of a session of a web application

    Args:
        session_id (str):
        filters (Filters | Unset): Names and values; several values of one filter are separated by
            commas, as in user-manager.
        offset (int | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | File]
    """

    kwargs = _get_kwargs(
        session_id=session_id,
        filters=filters,
        offset=offset,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[Error | File]) -> File:
    if not (response.status_code == 200):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("File", response.parsed)


def sync(
    session_id: str,
    *,
    client: AuthenticatedClient | Client,
    filters: Filters | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> File:
    """The logs of a session of a web application

    Args:
        session_id (str):
        filters (Filters | Unset): Names and values; several values of one filter are separated by
            commas, as in user-manager.
        offset (int | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File
    """

    return _success(
        sync_detailed(
            session_id=session_id,
            client=client,
            filters=filters,
            offset=offset,
            limit=limit,
        )
    )


async def asyncio_detailed(
    session_id: str,
    *,
    client: AuthenticatedClient | Client,
    filters: Filters | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> Response[Error | File]:
    """The logs of a session of a web application

    Args:
        session_id (str):
        filters (Filters | Unset): Names and values; several values of one filter are separated by
            commas, as in user-manager.
        offset (int | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | File]
    """

    kwargs = _get_kwargs(
        session_id=session_id,
        filters=filters,
        offset=offset,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    session_id: str,
    *,
    client: AuthenticatedClient | Client,
    filters: Filters | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> File:
    """The logs of a session of a web application

    Args:
        session_id (str):
        filters (Filters | Unset): Names and values; several values of one filter are separated by
            commas, as in user-manager.
        offset (int | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File
    """

    return _success(
        await asyncio_detailed(
            session_id=session_id,
            client=client,
            filters=filters,
            offset=offset,
            limit=limit,
        )
    )
