from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_message import ErrorMessage
from ...models.pro_app_entry import PROAppEntry
from ...models.pro_app_patch import PROAppPatch
from ...types import UNSET, Response, Unset


def _get_kwargs(
    project_name: str,
    project_version: str,
    *,
    body: PROAppPatch | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "application/json"}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/applications/{project_name}/{project_version}".format(
            project_name=quote(str(project_name), safe="", errors="surrogatepass"),
            project_version=quote(str(project_version), safe="", errors="surrogatepass"),
        ),
        "extensions": {
            "operation": {
                "id": "updateApp",
                "path": "/applications/{project_name}/{project_version}",
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
) -> ErrorMessage | PROAppEntry | None:
    try:
        if response.status_code == 200:
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_200 = PROAppEntry.from_dict(data)

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
) -> Response[ErrorMessage | PROAppEntry]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    project_name: str,
    project_version: str,
    *,
    client: AuthenticatedClient,
    body: PROAppPatch | Unset = UNSET,
) -> Response[ErrorMessage | PROAppEntry]:
    """
    Args:
        project_name (str):
        project_version (str):
        body (PROAppPatch | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorMessage | PROAppEntry]
    """

    kwargs = _get_kwargs(
        project_name=project_name,
        project_version=project_version,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[ErrorMessage | PROAppEntry]) -> PROAppEntry:
    if not (response.status_code == 200):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("PROAppEntry", response.parsed)


def sync(
    project_name: str,
    project_version: str,
    *,
    client: AuthenticatedClient,
    body: PROAppPatch | Unset = UNSET,
) -> PROAppEntry:
    """
    Args:
        project_name (str):
        project_version (str):
        body (PROAppPatch | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PROAppEntry
    """

    return _success(
        sync_detailed(
            project_name=project_name,
            project_version=project_version,
            client=client,
            body=body,
        )
    )


async def asyncio_detailed(
    project_name: str,
    project_version: str,
    *,
    client: AuthenticatedClient,
    body: PROAppPatch | Unset = UNSET,
) -> Response[ErrorMessage | PROAppEntry]:
    """
    Args:
        project_name (str):
        project_version (str):
        body (PROAppPatch | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorMessage | PROAppEntry]
    """

    kwargs = _get_kwargs(
        project_name=project_name,
        project_version=project_version,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    project_name: str,
    project_version: str,
    *,
    client: AuthenticatedClient,
    body: PROAppPatch | Unset = UNSET,
) -> PROAppEntry:
    """
    Args:
        project_name (str):
        project_version (str):
        body (PROAppPatch | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PROAppEntry
    """

    return _success(
        await asyncio_detailed(
            project_name=project_name,
            project_version=project_version,
            client=client,
            body=body,
        )
    )
