from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.floor_planner_input_plan import FloorPlannerInputPlan
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    body: FloorPlannerInputPlan | File,
    adiutaopt_version: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "application/json"}
    if not isinstance(adiutaopt_version, Unset):
        headers["adiutaopt-version"] = adiutaopt_version

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/floor-description",
        "extensions": {
            "operation": {
                "id": "postFloorDescription",
                "path": "/floor-description",
                "responses": {
                    "200": [
                        "application/json",
                    ],
                    "201": [
                        "application/json",
                    ],
                    "400": [],
                    "401": [],
                    "413": [],
                    "415": [],
                    "422": [],
                },
            }
        },
    }

    if isinstance(body, File):
        headers["Content-Type"] = body.content_type(
            (
                "application/json",
                "application/vnd.adiutabyte.adiutaopt.json+gzip",
                "application/vnd.adiutabyte.adiutaopt.json+deflate",
                "application/vnd.adiutabyte.adiutaopt.json+br",
            ),
            default=None,
        )
        _kwargs["content"] = body.read()

    else:
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | str | None:
    try:
        if response.status_code == 200:
            response_200 = cast(str, response.json())
            if not isinstance(response_200, str):
                raise TypeError("the document says string")
            return response_200

        if response.status_code == 201:
            response_201 = cast(str, response.json())
            if not isinstance(response_201, str):
                raise TypeError("the document says string")
            return response_201

        if response.status_code == 400:
            response_400 = cast(Any, None)
            return response_400

        if response.status_code == 401:
            response_401 = cast(Any, None)
            return response_401

        if response.status_code == 413:
            response_413 = cast(Any, None)
            return response_413

        if response.status_code == 415:
            response_415 = cast(Any, None)
            return response_415

        if response.status_code == 422:
            response_422 = cast(Any, None)
            return response_422

    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise errors.UnexpectedContent(
            response.status_code, response.content, response.headers.get("content-type")
        ) from error
    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | str]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: FloorPlannerInputPlan | File,
    adiutaopt_version: str | Unset = UNSET,
) -> Response[Any | str]:
    """Submit a FloorPlanner problem

    Args:
        adiutaopt_version (str | Unset):
        body (FloorPlannerInputPlan):
        body (File):
        body (File):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | str]
    """

    kwargs = _get_kwargs(
        body=body,
        adiutaopt_version=adiutaopt_version,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[Any | str]) -> str:
    if not (response.status_code == 200 or response.status_code == 201):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("str", response.parsed)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: FloorPlannerInputPlan | File,
    adiutaopt_version: str | Unset = UNSET,
) -> str:
    """Submit a FloorPlanner problem

    Args:
        adiutaopt_version (str | Unset):
        body (FloorPlannerInputPlan):
        body (File):
        body (File):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        str
    """

    return _success(
        sync_detailed(
            client=client,
            body=body,
            adiutaopt_version=adiutaopt_version,
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: FloorPlannerInputPlan | File,
    adiutaopt_version: str | Unset = UNSET,
) -> Response[Any | str]:
    """Submit a FloorPlanner problem

    Args:
        adiutaopt_version (str | Unset):
        body (FloorPlannerInputPlan):
        body (File):
        body (File):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | str]
    """

    kwargs = _get_kwargs(
        body=body,
        adiutaopt_version=adiutaopt_version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: FloorPlannerInputPlan | File,
    adiutaopt_version: str | Unset = UNSET,
) -> str:
    """Submit a FloorPlanner problem

    Args:
        adiutaopt_version (str | Unset):
        body (FloorPlannerInputPlan):
        body (File):
        body (File):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        str
    """

    return _success(
        await asyncio_detailed(
            client=client,
            body=body,
            adiutaopt_version=adiutaopt_version,
        )
    )
