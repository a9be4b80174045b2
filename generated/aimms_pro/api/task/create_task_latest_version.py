from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.task import Task
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    app_name: str,
    service_name: str,
    *,
    body: Any | File | Unset = UNSET,
    schedule_for: str | Unset = UNSET,
    schedule_in: str | Unset = UNSET,
    schedule_interval: str | Unset = UNSET,
    pretty_format: bool | Unset = UNSET,
    task_state_hook: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {"Accept": "application/json"}
    if not isinstance(task_state_hook, Unset):
        headers["taskStateHook"] = task_state_hook

    params: dict[str, Any] = {}

    params["scheduleFor"] = schedule_for

    params["scheduleIn"] = schedule_in

    params["scheduleInterval"] = schedule_interval

    params["prettyFormat"] = pretty_format

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/tasks/{app_name}/{service_name}".format(
            app_name=quote(str(app_name), safe="", errors="surrogatepass"),
            service_name=quote(str(service_name), safe="", errors="surrogatepass"),
        ),
        "params": params,
        "extensions": {
            "operation": {
                "id": "createTaskLatestVersion",
                "path": "/tasks/{app_name}/{service_name}",
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

    if isinstance(body, File):
        headers["Content-Type"] = body.content_type(
            (
                "application/json",
                "*/*",
            ),
            default="application/octet-stream",
        )
        _kwargs["content"] = body.read()

    elif not isinstance(body, Unset):
        if body is None:
            _kwargs["content"] = b"null"  # json=None would be no body
        else:
            _kwargs["json"] = body

        headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Error | Task | None:
    try:
        if response.status_code == 200:
            data = response.json()
            if not isinstance(data, dict):
                raise TypeError("the document says object")
            response_200 = Task.from_dict(data)

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
) -> Response[Error | Task]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    app_name: str,
    service_name: str,
    *,
    client: AuthenticatedClient,
    body: Any | File | Unset = UNSET,
    schedule_for: str | Unset = UNSET,
    schedule_in: str | Unset = UNSET,
    schedule_interval: str | Unset = UNSET,
    pretty_format: bool | Unset = UNSET,
    task_state_hook: str | Unset = UNSET,
) -> Response[Error | Task]:
    """
    Args:
        app_name (str):
        service_name (str):
        schedule_for (str | Unset):
        schedule_in (str | Unset):
        schedule_interval (str | Unset):
        pretty_format (bool | Unset):
        task_state_hook (str | Unset):
        body (Any | Unset):
        body (File | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Task]
    """

    kwargs = _get_kwargs(
        app_name=app_name,
        service_name=service_name,
        body=body,
        schedule_for=schedule_for,
        schedule_in=schedule_in,
        schedule_interval=schedule_interval,
        pretty_format=pretty_format,
        task_state_hook=task_state_hook,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def _success(response: Response[Error | Task]) -> Task:
    if not (response.status_code == 200):
        raise errors.ErrorReply(response.status_code, response.content, response.parsed)
    return cast("Task", response.parsed)


def sync(
    app_name: str,
    service_name: str,
    *,
    client: AuthenticatedClient,
    body: Any | File | Unset = UNSET,
    schedule_for: str | Unset = UNSET,
    schedule_in: str | Unset = UNSET,
    schedule_interval: str | Unset = UNSET,
    pretty_format: bool | Unset = UNSET,
    task_state_hook: str | Unset = UNSET,
) -> Task:
    """
    Args:
        app_name (str):
        service_name (str):
        schedule_for (str | Unset):
        schedule_in (str | Unset):
        schedule_interval (str | Unset):
        pretty_format (bool | Unset):
        task_state_hook (str | Unset):
        body (Any | Unset):
        body (File | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Task
    """

    return _success(
        sync_detailed(
            app_name=app_name,
            service_name=service_name,
            client=client,
            body=body,
            schedule_for=schedule_for,
            schedule_in=schedule_in,
            schedule_interval=schedule_interval,
            pretty_format=pretty_format,
            task_state_hook=task_state_hook,
        )
    )


async def asyncio_detailed(
    app_name: str,
    service_name: str,
    *,
    client: AuthenticatedClient,
    body: Any | File | Unset = UNSET,
    schedule_for: str | Unset = UNSET,
    schedule_in: str | Unset = UNSET,
    schedule_interval: str | Unset = UNSET,
    pretty_format: bool | Unset = UNSET,
    task_state_hook: str | Unset = UNSET,
) -> Response[Error | Task]:
    """
    Args:
        app_name (str):
        service_name (str):
        schedule_for (str | Unset):
        schedule_in (str | Unset):
        schedule_interval (str | Unset):
        pretty_format (bool | Unset):
        task_state_hook (str | Unset):
        body (Any | Unset):
        body (File | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Task]
    """

    kwargs = _get_kwargs(
        app_name=app_name,
        service_name=service_name,
        body=body,
        schedule_for=schedule_for,
        schedule_in=schedule_in,
        schedule_interval=schedule_interval,
        pretty_format=pretty_format,
        task_state_hook=task_state_hook,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    app_name: str,
    service_name: str,
    *,
    client: AuthenticatedClient,
    body: Any | File | Unset = UNSET,
    schedule_for: str | Unset = UNSET,
    schedule_in: str | Unset = UNSET,
    schedule_interval: str | Unset = UNSET,
    pretty_format: bool | Unset = UNSET,
    task_state_hook: str | Unset = UNSET,
) -> Task:
    """
    Args:
        app_name (str):
        service_name (str):
        schedule_for (str | Unset):
        schedule_in (str | Unset):
        schedule_interval (str | Unset):
        pretty_format (bool | Unset):
        task_state_hook (str | Unset):
        body (Any | Unset):
        body (File | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        errors.UnexpectedContent: If the content is not what the document says for its status.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Task
    """

    return _success(
        await asyncio_detailed(
            app_name=app_name,
            service_name=service_name,
            client=client,
            body=body,
            schedule_for=schedule_for,
            schedule_in=schedule_in,
            schedule_interval=schedule_interval,
            pretty_format=pretty_format,
            task_state_hook=task_state_hook,
        )
    )
