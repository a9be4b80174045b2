from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_message import ErrorMessage
from ...models.pro_app_category import PROAppCategory
from ...types import UNSET, Response, Unset


def _get_kwargs(
    category_id: str,
    *,
    body: PROAppCategory | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "application/json"}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/applications/categories/{category_id}".format(
            category_id=quote(str(category_id), safe="", errors="surrogatepass"),
        ),
        "extensions": {
            "operation": {
                "id": "updateApplicationCategory",
                "path": "/applications/categories/{category_id}",
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

    if not isinstance(body, Unset):
        if not isinstance(body, Unset):
            _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorMessage | PROAppCategory | None:
    try:
        if response.status_code == 200:
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_200 = PROAppCategory.from_dict(data)

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
) -> Response[ErrorMessage | PROAppCategory]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    category_id: str,
    *,
    client: AuthenticatedClient,
    body: PROAppCategory | Unset = UNSET,
) -> Response[ErrorMessage | PROAppCategory]:
    """
    Args:
        category_id (str):
        body (PROAppCategory | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorMessage | PROAppCategory]
    """

    kwargs = _get_kwargs(
        category_id=category_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[ErrorMessage | PROAppCategory]) -> PROAppCategory:
    if not (response.status_code == 200):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("PROAppCategory", response.parsed)


def sync(
    category_id: str,
    *,
    client: AuthenticatedClient,
    body: PROAppCategory | Unset = UNSET,
) -> PROAppCategory:
    """
    Args:
        category_id (str):
        body (PROAppCategory | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PROAppCategory
    """

    return _success(
        sync_detailed(
            category_id=category_id,
            client=client,
            body=body,
        )
    )


async def asyncio_detailed(
    category_id: str,
    *,
    client: AuthenticatedClient,
    body: PROAppCategory | Unset = UNSET,
) -> Response[ErrorMessage | PROAppCategory]:
    """
    Args:
        category_id (str):
        body (PROAppCategory | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorMessage | PROAppCategory]
    """

    kwargs = _get_kwargs(
        category_id=category_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    category_id: str,
    *,
    client: AuthenticatedClient,
    body: PROAppCategory | Unset = UNSET,
) -> PROAppCategory:
    """
    Args:
        category_id (str):
        body (PROAppCategory | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PROAppCategory
    """

    return _success(
        await asyncio_detailed(
            category_id=category_id,
            client=client,
            body=body,
        )
    )
