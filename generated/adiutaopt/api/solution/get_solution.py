from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.get_solution_accept import GetSolutionAccept
from ...models.get_solution_accept_encoding import (
    GetSolutionAcceptEncoding,
)
from ...models.solution import Solution
from ...types import File, Response, Unset, media_type


def _get_kwargs(
    plan_id: str,
    *,
    accept_encoding: GetSolutionAcceptEncoding | Unset = "gzip",
    accept: GetSolutionAccept | Unset = "application/json",
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_encoding, Unset):
        headers["accept-encoding"] = str(accept_encoding)

    if not isinstance(accept, Unset):
        headers["accept"] = str(accept)

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/solution/{plan_id}".format(
            plan_id=quote(str(plan_id), safe="", errors="surrogatepass"),
        ),
        "extensions": {
            "operation": {
                "id": "getSolution",
                "path": "/solution/{plan_id}",
                "responses": {
                    "200": [
                        "application/json",
                        "application/vnd.adiutabyte.adiutaopt.json+gzip",
                        "application/vnd.adiutabyte.adiutaopt.json+deflate",
                        "application/vnd.adiutabyte.adiutaopt.json+br",
                    ],
                    "401": [],
                    "406": [],
                },
            }
        },
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | Solution | File | None:
    try:
        if response.status_code == 200:
            if media_type(response.headers.get("content-type", "")) in (
                "application/vnd.adiutabyte.adiutaopt.json+gzip",
                "application/vnd.adiutabyte.adiutaopt.json+deflate",
                "application/vnd.adiutabyte.adiutaopt.json+br",
            ):
                return File(payload=response.content, mime_type=response.headers.get("content-type"))
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_200 = Solution.from_dict(data)

            return response_200

        if response.status_code == 401:
            response_401 = cast(Any, None)
            return response_401

        if response.status_code == 406:
            response_406 = cast(Any, None)
            return response_406

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
) -> Response[Any | Solution | File]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    plan_id: str,
    *,
    client: AuthenticatedClient | Client,
    accept_encoding: GetSolutionAcceptEncoding | Unset = "gzip",
    accept: GetSolutionAccept | Unset = "application/json",
) -> Response[Any | Solution | File]:
    """Fetch the solved plan or the error plan

    Args:
        plan_id (str):
        accept_encoding (GetSolutionAcceptEncoding | Unset):  Default: 'gzip'.
        accept (GetSolutionAccept | Unset):  Default: 'application/json'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Solution | File]
    """

    kwargs = _get_kwargs(
        plan_id=plan_id,
        accept_encoding=accept_encoding,
        accept=accept,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[Any | Solution | File]) -> File | Solution:
    if not (response.status_code == 200):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("File | Solution", response.parsed)


def sync(
    plan_id: str,
    *,
    client: AuthenticatedClient | Client,
    accept_encoding: GetSolutionAcceptEncoding | Unset = "gzip",
    accept: GetSolutionAccept | Unset = "application/json",
) -> File | Solution:
    """Fetch the solved plan or the error plan

    Args:
        plan_id (str):
        accept_encoding (GetSolutionAcceptEncoding | Unset):  Default: 'gzip'.
        accept (GetSolutionAccept | Unset):  Default: 'application/json'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | Solution
    """

    return _success(
        sync_detailed(
            plan_id=plan_id,
            client=client,
            accept_encoding=accept_encoding,
            accept=accept,
        )
    )


async def asyncio_detailed(
    plan_id: str,
    *,
    client: AuthenticatedClient | Client,
    accept_encoding: GetSolutionAcceptEncoding | Unset = "gzip",
    accept: GetSolutionAccept | Unset = "application/json",
) -> Response[Any | Solution | File]:
    """Fetch the solved plan or the error plan

    Args:
        plan_id (str):
        accept_encoding (GetSolutionAcceptEncoding | Unset):  Default: 'gzip'.
        accept (GetSolutionAccept | Unset):  Default: 'application/json'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Solution | File]
    """

    kwargs = _get_kwargs(
        plan_id=plan_id,
        accept_encoding=accept_encoding,
        accept=accept,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    plan_id: str,
    *,
    client: AuthenticatedClient | Client,
    accept_encoding: GetSolutionAcceptEncoding | Unset = "gzip",
    accept: GetSolutionAccept | Unset = "application/json",
) -> File | Solution:
    """Fetch the solved plan or the error plan

    Args:
        plan_id (str):
        accept_encoding (GetSolutionAcceptEncoding | Unset):  Default: 'gzip'.
        accept (GetSolutionAccept | Unset):  Default: 'application/json'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | Solution
    """

    return _success(
        await asyncio_detailed(
            plan_id=plan_id,
            client=client,
            accept_encoding=accept_encoding,
            accept=accept,
        )
    )
