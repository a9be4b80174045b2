from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.environment import Environment
from ...models.error import Error
from ...models.page import Page
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    account_name_equal_cs: str | Unset = UNSET,
    account_name_equal_ci: str | Unset = UNSET,
    account_name_contain_cs: str | Unset = UNSET,
    account_name_contain_ci: str | Unset = UNSET,
    account_name_in: str | Unset = UNSET,
    account_name_not_in: str | Unset = UNSET,
    environment_name_equal_cs: str | Unset = UNSET,
    environment_name_equal_ci: str | Unset = UNSET,
    environment_name_contain_cs: str | Unset = UNSET,
    environment_name_contain_ci: str | Unset = UNSET,
    environment_name_in: str | Unset = UNSET,
    environment_name_not_in: str | Unset = UNSET,
    sort: str | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "application/json"}

    params: dict[str, Any] = {}

    params["account_name_equal_cs"] = account_name_equal_cs

    params["account_name_equal_ci"] = account_name_equal_ci

    params["account_name_contain_cs"] = account_name_contain_cs

    params["account_name_contain_ci"] = account_name_contain_ci

    params["account_name_in"] = account_name_in

    params["account_name_not_in"] = account_name_not_in

    params["environment_name_equal_cs"] = environment_name_equal_cs

    params["environment_name_equal_ci"] = environment_name_equal_ci

    params["environment_name_contain_cs"] = environment_name_contain_cs

    params["environment_name_contain_ci"] = environment_name_contain_ci

    params["environment_name_in"] = environment_name_in

    params["environment_name_not_in"] = environment_name_not_in

    params["sort"] = sort

    params["offset"] = offset

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/environment",
        "params": params,
        "extensions": {
            "operation": {
                "id": "listEnvironments",
                "path": "/environment",
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
) -> Error | list[Environment] | Page | None:
    try:
        if response.status_code == 200:

            def _parse_response_200(data: object) -> list[Environment] | Page:
                try:
                    if not isinstance(data, list):
                        raise TypeError()
                    response_200_type_0 = []
                    _response_200_type_0 = data
                    for response_200_type_0_item_data in _response_200_type_0:
                        response_200_type_0_item = Environment.from_dict(response_200_type_0_item_data)

                        response_200_type_0.append(response_200_type_0_item)

                    return response_200_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_1 = Page.from_dict(data)

                return response_200_type_1

            response_200 = _parse_response_200(response.json())

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
) -> Response[Error | list[Environment] | Page]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    account_name_equal_cs: str | Unset = UNSET,
    account_name_equal_ci: str | Unset = UNSET,
    account_name_contain_cs: str | Unset = UNSET,
    account_name_contain_ci: str | Unset = UNSET,
    account_name_in: str | Unset = UNSET,
    account_name_not_in: str | Unset = UNSET,
    environment_name_equal_cs: str | Unset = UNSET,
    environment_name_equal_ci: str | Unset = UNSET,
    environment_name_contain_cs: str | Unset = UNSET,
    environment_name_contain_ci: str | Unset = UNSET,
    environment_name_in: str | Unset = UNSET,
    environment_name_not_in: str | Unset = UNSET,
    sort: str | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> Response[Error | list[Environment] | Page]:
    """List environments

    Args:
        account_name_equal_cs (str | Unset):
        account_name_equal_ci (str | Unset):
        account_name_contain_cs (str | Unset):
        account_name_contain_ci (str | Unset):
        account_name_in (str | Unset):
        account_name_not_in (str | Unset):
        environment_name_equal_cs (str | Unset):
        environment_name_equal_ci (str | Unset):
        environment_name_contain_cs (str | Unset):
        environment_name_contain_ci (str | Unset):
        environment_name_in (str | Unset):
        environment_name_not_in (str | Unset):
        sort (str | Unset):
        offset (int | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[Environment] | Page]
    """

    kwargs = _get_kwargs(
        account_name_equal_cs=account_name_equal_cs,
        account_name_equal_ci=account_name_equal_ci,
        account_name_contain_cs=account_name_contain_cs,
        account_name_contain_ci=account_name_contain_ci,
        account_name_in=account_name_in,
        account_name_not_in=account_name_not_in,
        environment_name_equal_cs=environment_name_equal_cs,
        environment_name_equal_ci=environment_name_equal_ci,
        environment_name_contain_cs=environment_name_contain_cs,
        environment_name_contain_ci=environment_name_contain_ci,
        environment_name_in=environment_name_in,
        environment_name_not_in=environment_name_not_in,
        sort=sort,
        offset=offset,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[Error | list[Environment] | Page]) -> list[Environment] | Page:
    if not (response.status_code == 200):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("list[Environment] | Page", response.parsed)


def sync(
    *,
    client: AuthenticatedClient | Client,
    account_name_equal_cs: str | Unset = UNSET,
    account_name_equal_ci: str | Unset = UNSET,
    account_name_contain_cs: str | Unset = UNSET,
    account_name_contain_ci: str | Unset = UNSET,
    account_name_in: str | Unset = UNSET,
    account_name_not_in: str | Unset = UNSET,
    environment_name_equal_cs: str | Unset = UNSET,
    environment_name_equal_ci: str | Unset = UNSET,
    environment_name_contain_cs: str | Unset = UNSET,
    environment_name_contain_ci: str | Unset = UNSET,
    environment_name_in: str | Unset = UNSET,
    environment_name_not_in: str | Unset = UNSET,
    sort: str | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> list[Environment] | Page:
    """List environments

    Args:
        account_name_equal_cs (str | Unset):
        account_name_equal_ci (str | Unset):
        account_name_contain_cs (str | Unset):
        account_name_contain_ci (str | Unset):
        account_name_in (str | Unset):
        account_name_not_in (str | Unset):
        environment_name_equal_cs (str | Unset):
        environment_name_equal_ci (str | Unset):
        environment_name_contain_cs (str | Unset):
        environment_name_contain_ci (str | Unset):
        environment_name_in (str | Unset):
        environment_name_not_in (str | Unset):
        sort (str | Unset):
        offset (int | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        list[Environment] | Page
    """

    return _success(
        sync_detailed(
            client=client,
            account_name_equal_cs=account_name_equal_cs,
            account_name_equal_ci=account_name_equal_ci,
            account_name_contain_cs=account_name_contain_cs,
            account_name_contain_ci=account_name_contain_ci,
            account_name_in=account_name_in,
            account_name_not_in=account_name_not_in,
            environment_name_equal_cs=environment_name_equal_cs,
            environment_name_equal_ci=environment_name_equal_ci,
            environment_name_contain_cs=environment_name_contain_cs,
            environment_name_contain_ci=environment_name_contain_ci,
            environment_name_in=environment_name_in,
            environment_name_not_in=environment_name_not_in,
            sort=sort,
            offset=offset,
            limit=limit,
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    account_name_equal_cs: str | Unset = UNSET,
    account_name_equal_ci: str | Unset = UNSET,
    account_name_contain_cs: str | Unset = UNSET,
    account_name_contain_ci: str | Unset = UNSET,
    account_name_in: str | Unset = UNSET,
    account_name_not_in: str | Unset = UNSET,
    environment_name_equal_cs: str | Unset = UNSET,
    environment_name_equal_ci: str | Unset = UNSET,
    environment_name_contain_cs: str | Unset = UNSET,
    environment_name_contain_ci: str | Unset = UNSET,
    environment_name_in: str | Unset = UNSET,
    environment_name_not_in: str | Unset = UNSET,
    sort: str | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> Response[Error | list[Environment] | Page]:
    """List environments

    Args:
        account_name_equal_cs (str | Unset):
        account_name_equal_ci (str | Unset):
        account_name_contain_cs (str | Unset):
        account_name_contain_ci (str | Unset):
        account_name_in (str | Unset):
        account_name_not_in (str | Unset):
        environment_name_equal_cs (str | Unset):
        environment_name_equal_ci (str | Unset):
        environment_name_contain_cs (str | Unset):
        environment_name_contain_ci (str | Unset):
        environment_name_in (str | Unset):
        environment_name_not_in (str | Unset):
        sort (str | Unset):
        offset (int | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[Environment] | Page]
    """

    kwargs = _get_kwargs(
        account_name_equal_cs=account_name_equal_cs,
        account_name_equal_ci=account_name_equal_ci,
        account_name_contain_cs=account_name_contain_cs,
        account_name_contain_ci=account_name_contain_ci,
        account_name_in=account_name_in,
        account_name_not_in=account_name_not_in,
        environment_name_equal_cs=environment_name_equal_cs,
        environment_name_equal_ci=environment_name_equal_ci,
        environment_name_contain_cs=environment_name_contain_cs,
        environment_name_contain_ci=environment_name_contain_ci,
        environment_name_in=environment_name_in,
        environment_name_not_in=environment_name_not_in,
        sort=sort,
        offset=offset,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    account_name_equal_cs: str | Unset = UNSET,
    account_name_equal_ci: str | Unset = UNSET,
    account_name_contain_cs: str | Unset = UNSET,
    account_name_contain_ci: str | Unset = UNSET,
    account_name_in: str | Unset = UNSET,
    account_name_not_in: str | Unset = UNSET,
    environment_name_equal_cs: str | Unset = UNSET,
    environment_name_equal_ci: str | Unset = UNSET,
    environment_name_contain_cs: str | Unset = UNSET,
    environment_name_contain_ci: str | Unset = UNSET,
    environment_name_in: str | Unset = UNSET,
    environment_name_not_in: str | Unset = UNSET,
    sort: str | Unset = UNSET,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> list[Environment] | Page:
    """List environments

    Args:
        account_name_equal_cs (str | Unset):
        account_name_equal_ci (str | Unset):
        account_name_contain_cs (str | Unset):
        account_name_contain_ci (str | Unset):
        account_name_in (str | Unset):
        account_name_not_in (str | Unset):
        environment_name_equal_cs (str | Unset):
        environment_name_equal_ci (str | Unset):
        environment_name_contain_cs (str | Unset):
        environment_name_contain_ci (str | Unset):
        environment_name_in (str | Unset):
        environment_name_not_in (str | Unset):
        sort (str | Unset):
        offset (int | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        list[Environment] | Page
    """

    return _success(
        await asyncio_detailed(
            client=client,
            account_name_equal_cs=account_name_equal_cs,
            account_name_equal_ci=account_name_equal_ci,
            account_name_contain_cs=account_name_contain_cs,
            account_name_contain_ci=account_name_contain_ci,
            account_name_in=account_name_in,
            account_name_not_in=account_name_not_in,
            environment_name_equal_cs=environment_name_equal_cs,
            environment_name_equal_ci=environment_name_equal_ci,
            environment_name_contain_cs=environment_name_contain_cs,
            environment_name_contain_ci=environment_name_contain_ci,
            environment_name_in=environment_name_in,
            environment_name_not_in=environment_name_not_in,
            sort=sort,
            offset=offset,
            limit=limit,
        )
    )
