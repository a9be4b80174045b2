import datetime
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.tasks import Tasks
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    app_name: str | Unset = UNSET,
    app_version: str | Unset = UNSET,
    before: datetime.date | Unset = UNSET,
    after: datetime.date | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    pretty_format: bool | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "application/json"}

    params: dict[str, Any] = {}

    params["appName"] = app_name

    params["appVersion"] = app_version

    json_before: str | Unset = UNSET
    if not isinstance(before, Unset):
        json_before = before.isoformat()
    params["before"] = json_before

    json_after: str | Unset = UNSET
    if not isinstance(after, Unset):
        json_after = after.isoformat()
    params["after"] = json_after

    params["offset"] = offset

    params["limit"] = limit

    params["prettyFormat"] = pretty_format

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/tasks",
        "params": params,
        "extensions": {
            "operation": {
                "id": "getTasks",
                "path": "/tasks",
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
) -> Error | Tasks | None:
    try:
        if response.status_code == 200:
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_200 = Tasks.from_dict(data)

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
) -> Response[Error | Tasks]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    app_name: str | Unset = UNSET,
    app_version: str | Unset = UNSET,
    before: datetime.date | Unset = UNSET,
    after: datetime.date | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    pretty_format: bool | Unset = UNSET,
) -> Response[Error | Tasks]:
    """
    Args:
        app_name (str | Unset):
        app_version (str | Unset):
        before (datetime.date | Unset):
        after (datetime.date | Unset):
        offset (int | Unset):
        limit (int | Unset):
        pretty_format (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Tasks]
    """

    kwargs = _get_kwargs(
        app_name=app_name,
        app_version=app_version,
        before=before,
        after=after,
        offset=offset,
        limit=limit,
        pretty_format=pretty_format,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[Error | Tasks]) -> Tasks:
    if not (response.status_code == 200):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("Tasks", response.parsed)


def sync(
    *,
    client: AuthenticatedClient,
    app_name: str | Unset = UNSET,
    app_version: str | Unset = UNSET,
    before: datetime.date | Unset = UNSET,
    after: datetime.date | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    pretty_format: bool | Unset = UNSET,
) -> Tasks:
    """
    Args:
        app_name (str | Unset):
        app_version (str | Unset):
        before (datetime.date | Unset):
        after (datetime.date | Unset):
        offset (int | Unset):
        limit (int | Unset):
        pretty_format (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Tasks
    """

    return _success(
        sync_detailed(
            client=client,
            app_name=app_name,
            app_version=app_version,
            before=before,
            after=after,
            offset=offset,
            limit=limit,
            pretty_format=pretty_format,
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    app_name: str | Unset = UNSET,
    app_version: str | Unset = UNSET,
    before: datetime.date | Unset = UNSET,
    after: datetime.date | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    pretty_format: bool | Unset = UNSET,
) -> Response[Error | Tasks]:
    """
    Args:
        app_name (str | Unset):
        app_version (str | Unset):
        before (datetime.date | Unset):
        after (datetime.date | Unset):
        offset (int | Unset):
        limit (int | Unset):
        pretty_format (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Tasks]
    """

    kwargs = _get_kwargs(
        app_name=app_name,
        app_version=app_version,
        before=before,
        after=after,
        offset=offset,
        limit=limit,
        pretty_format=pretty_format,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    app_name: str | Unset = UNSET,
    app_version: str | Unset = UNSET,
    before: datetime.date | Unset = UNSET,
    after: datetime.date | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    pretty_format: bool | Unset = UNSET,
) -> Tasks:
    """
    Args:
        app_name (str | Unset):
        app_version (str | Unset):
        before (datetime.date | Unset):
        after (datetime.date | Unset):
        offset (int | Unset):
        limit (int | Unset):
        pretty_format (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Tasks
    """

    return _success(
        await asyncio_detailed(
            client=client,
            app_name=app_name,
            app_version=app_version,
            before=before,
            after=after,
            offset=offset,
            limit=limit,
            pretty_format=pretty_format,
        )
    )
