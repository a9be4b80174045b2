from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.package_list_item import PackageListItem
from ...types import Response


def _get_kwargs() -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "application/json"}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/floor-packages-list",
        "extensions": {
            "operation": {
                "id": "getFloorPackagesList",
                "path": "/floor-packages-list",
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
) -> Any | list[PackageListItem] | None:
    try:
        if response.status_code == 200:
            data = response.json()
            if not isinstance(data, list):
                raise TypeError("the document says array")
            response_200 = []
            _response_200 = data
            for response_200_item_data in _response_200:
                response_200_item = PackageListItem.from_dict(response_200_item_data)

                response_200.append(response_200_item)

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
) -> Response[Any | list[PackageListItem]]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | list[PackageListItem]]:
    """Versions that can be pinned

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | list[PackageListItem]]
    """

    kwargs = _get_kwargs()

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[Any | list[PackageListItem]]) -> list[PackageListItem]:
    if not (response.status_code == 200):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("list[PackageListItem]", response.parsed)


def sync(
    *,
    client: AuthenticatedClient | Client,
) -> list[PackageListItem]:
    """Versions that can be pinned

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        list[PackageListItem]
    """

    return _success(
        sync_detailed(
            client=client,
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | list[PackageListItem]]:
    """Versions that can be pinned

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | list[PackageListItem]]
    """

    kwargs = _get_kwargs()

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
) -> list[PackageListItem]:
    """Versions that can be pinned

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        list[PackageListItem]
    """

    return _success(
        await asyncio_detailed(
            client=client,
        )
    )
