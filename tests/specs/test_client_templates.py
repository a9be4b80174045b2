"""What our templates change in the generated clients, on the wire and in what comes back."""

import asyncio
import email
import io
import json
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import adiutaopt
import adiutaopt.errors
import adiutaopt.models
import adiutaopt.types
import aimms_pro
import aimms_pro.errors
import aimms_pro.models
import aimms_pro.types
from adiutaopt.api.optimization import post_shift_description
from adiutaopt.api.solution import get_solution
from adiutaopt.api.version import get_version
from aimms_pro.api.application import get_all_application_categories, publish_app, update_app
from aimms_pro.api.authentication import authorize_session, get_api_keys, login, update_environment
from aimms_pro.api.customization import get_account_portal_mode, get_resource_profiles
from aimms_pro.api.portal import get_app_icon_url
from aimms_pro.api.publishing import get_aimms_versions
from aimms_pro.api.server import get_openapi_specification
from aimms_pro.api.task import (
    create_task,
    create_task_latest_version,
    delete_task,
    download_task_logs,
    get_task,
    get_task_current_stats,
    get_task_logs,
    get_task_response,
    get_task_stats,
    get_tasks,
    interrupt_task,
)

VENDOR_TYPES = [f"application/vnd.adiutabyte.adiutaopt.json+{coding}" for coding in ("gzip", "deflate", "br")]
KEY = "RmFrZUtleQ=="


class Recorder:
    """A transport for both kinds of client that keeps the requests and gives one reply."""

    def __init__(self, reply: httpx.Response) -> None:
        self.requests: list[httpx.Request] = []
        self._reply = reply

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self._reply.status_code, headers=self._reply.headers, content=self._reply.content)

    @property
    def arguments(self) -> dict[str, Any]:
        return {"base_url": "http://vendor.invalid", "httpx_args": {"transport": httpx.MockTransport(self)}}

    @property
    def request(self) -> httpx.Request:
        (request,) = self.requests
        return request


def aimms(reply: httpx.Response, **options: Any) -> tuple[aimms_pro.AuthenticatedClient, Recorder]:
    recorder = Recorder(reply)
    return aimms_pro.AuthenticatedClient(token="fake", **recorder.arguments, **options), recorder


def adiuta(reply: httpx.Response) -> tuple[adiutaopt.AuthenticatedClient, Recorder]:
    recorder = Recorder(reply)
    return adiutaopt.AuthenticatedClient(token="fake", **recorder.arguments), recorder


TASK = {"id": "t1", "state": "queued", "groupIndex": None, "errorMessage": None, "sessionId": "later"}


class TestReplies:
    def test_a_status_of_no_name_is_a_response(self) -> None:
        client, _ = aimms(httpx.Response(520, json={"message": "origin"}))
        reply = get_task.sync_detailed("t1", client=client)
        assert reply.status_code == 520
        assert isinstance(reply.parsed, aimms_pro.models.Error)
        assert reply.parsed.message == "origin"

    def test_an_undocumented_status_raises(self) -> None:
        client, _ = adiuta(httpx.Response(503, text="later"))
        with pytest.raises(adiutaopt.errors.UnexpectedStatus) as caught:
            get_solution.sync(KEY, client=client)
        assert (caught.value.status_code, caught.value.content) == (503, b"later")
        client.raise_on_unexpected_status = False
        assert get_solution.sync_detailed(KEY, client=client).parsed is None

    def test_what_is_no_success_is_raised_so_that_a_success_needs_no_narrowing(self) -> None:
        """Its body is at hand as the document has it; `sync_detailed` returns it as before."""
        client, _ = aimms(httpx.Response(404, json={"message": "no such task"}))
        for call in (get_task.sync, lambda *args, **words: asyncio.run(get_task.asyncio(*args, **words))):
            with pytest.raises(aimms_pro.errors.ErrorReply, match="404") as caught:
                call("t1", client=client)
            assert (caught.value.status_code, caught.value.parsed.message) == (404, "no such task")
        assert pickle.loads(pickle.dumps(caught.value)).content == caught.value.content
        client.raise_on_unexpected_status = False
        assert get_task.sync_detailed("t1", client=client).status_code == 404
        adiuta_client, _ = adiuta(httpx.Response(503, text="later"))
        adiuta_client.raise_on_unexpected_status = False
        with pytest.raises(adiutaopt.errors.ErrorReply):
            get_solution.sync(KEY, client=adiuta_client)

    @pytest.mark.parametrize("status", [200, 404, 502])
    def test_a_page_on_a_documented_status_is_not_a_bare_decode_error(self, status: int) -> None:
        client, _ = aimms(httpx.Response(status, html="<html>gateway</html>"))
        with pytest.raises(aimms_pro.errors.UnexpectedContent, match="text/html") as caught:
            get_task.sync("t1", client=client)
        assert (caught.value.status_code, caught.value.content) == (status, b"<html>gateway</html>")
        assert isinstance(caught.value.__cause__, json.JSONDecodeError)

    @pytest.mark.parametrize("body", [b"[]", b'[["id", 1]]', b'"text"', b'{"current_batch": 7}'])
    def test_json_of_another_shape_is_the_same_error(self, body: bytes) -> None:
        client, _ = aimms(httpx.Response(200, content=body))
        with pytest.raises(aimms_pro.errors.UnexpectedContent):
            get_tasks.sync(client=client)

    def test_messages_hold_an_excerpt_and_errors_can_be_pickled(self) -> None:
        error = aimms_pro.errors.UnexpectedContent(200, b"x" * 10_000, "text/html")
        assert len(str(error)) < 700
        again = pickle.loads(pickle.dumps(error))
        assert (again.content, again.content_type, str(again)) == (error.content, "text/html", str(error))
        assert pickle.loads(pickle.dumps(aimms_pro.types.UNSET)) is aimms_pro.types.UNSET

    def test_a_task_keeps_null_and_what_is_new(self) -> None:
        client, _ = aimms(httpx.Response(200, json=TASK))
        task = get_task.sync("t1", client=client)
        assert isinstance(task, aimms_pro.models.Task)
        assert (task.group_index, task.error_message, task["sessionId"]) == (None, None, "later")
        assert task.to_dict() == TASK

    def test_bytes_come_back_as_bytes_with_their_type(self) -> None:
        client, _ = aimms(httpx.Response(200, content=b"\xff\x00", headers={"Content-Type": "application/x-parquet"}))
        for reply in (
            get_task_response.sync("t1", client=client),
            asyncio.run(get_task_response.asyncio("t1", client=client)),
        ):
            assert isinstance(reply, aimms_pro.types.File)
            assert (reply.read(), reply.read(), reply.mime_type) == (b"\xff\x00", b"\xff\x00", "application/x-parquet")

    def test_categories_are_a_bare_array(self) -> None:
        client, _ = aimms(httpx.Response(200, json=[{"id": "1", "value": "Planning"}]))
        (category,) = get_all_application_categories.sync(client=client)
        assert isinstance(category, aimms_pro.models.PROAppCategory)
        assert category.value == "Planning"

    @pytest.mark.parametrize("body", [b"{}", b'{"applications": []}'])
    def test_an_object_in_place_of_the_array_is_an_error(self, body: bytes) -> None:
        client, _ = aimms(httpx.Response(200, content=body))
        with pytest.raises(aimms_pro.errors.UnexpectedContent):
            get_all_application_categories.sync(client=client)

    def test_login_is_done_with_302(self) -> None:
        client, _ = aimms(httpx.Response(302, headers={"Location": "/portal"}))
        assert login.sync_detailed(client=client).status_code == 302

    @pytest.mark.parametrize("content", [b"", b"https://blobs.invalid/logo", b"\xff\xd8"])
    def test_content_that_nothing_describes_is_at_hand_as_bytes(self, content: bytes) -> None:
        for endpoint, arguments in (
            (get_app_icon_url, {"icon_path": "/icons/logo"}),
            (get_account_portal_mode, {}),
            (authorize_session, {}),
            (get_task_logs, {"id": "t1", "group_index": 2}),
            (download_task_logs, {"id": "t1"}),
        ):
            client, _ = aimms(httpx.Response(200, content=content, headers={"Content-Type": "text/plain"}))
            reply = endpoint.sync(client=client, **arguments)
            assert isinstance(reply, aimms_pro.types.File)
            assert (reply.payload, reply.mime_type) == (content, "text/plain")

    @pytest.mark.parametrize("figures", [{"queued": 1}, [1, 2], 7])
    def test_figures_and_profiles_are_json_of_any_shape(self, figures: Any) -> None:
        for endpoint in (get_task_stats, get_task_current_stats, get_resource_profiles):
            client, _ = aimms(httpx.Response(200, json=figures))
            assert endpoint.sync(client=client) == figures

    def test_a_listed_key_has_no_secret(self) -> None:
        listed = [{"keyName": "a", "expirationDate": "2026-10-21T00:00", "secret": None}]
        listed += [{"keyName": "b", "expirationDate": "2026-10-21"}]
        client, _ = aimms(httpx.Response(200, json={"keys": listed}))
        reply = get_api_keys.sync(client=client)
        assert isinstance(reply, aimms_pro.models.ApiKeyList)
        assert reply.to_dict() == {"keys": listed}

    @pytest.mark.parametrize("status", [200, 201])
    def test_a_bare_json_string_is_a_str(self, status: int) -> None:
        client, _ = adiuta(httpx.Response(status, json=KEY))
        assert post_shift_description.sync(client=client, body=plan()) == KEY

    def test_something_else_in_place_of_the_string_is_an_error(self) -> None:
        client, _ = adiuta(httpx.Response(201, json={"key": KEY}))
        with pytest.raises(adiutaopt.errors.UnexpectedContent):
            post_shift_description.sync(client=client, body=plan())

    def test_a_solution_is_a_plan_or_an_error_and_loses_nothing(self) -> None:
        for body in ({"errors": [1]}, {"tasks": [{"profit": 1}], "backendVersion": {"version": "2024-10-01_0"}}):
            client, _ = adiuta(httpx.Response(200, json=body))
            solution = get_solution.sync(KEY, client=client)
            assert isinstance(solution, adiutaopt.models.Solution)
            assert solution.to_dict() == body

    @pytest.mark.parametrize("kind", VENDOR_TYPES)
    def test_a_compressed_solution_comes_back_as_bytes(self, kind: str) -> None:
        client, recorder = adiuta(httpx.Response(200, content=b"packed", headers={"Content-Type": kind}))
        solution = get_solution.sync(KEY, client=client, accept=kind)  # type: ignore[arg-type]
        assert isinstance(solution, adiutaopt.types.File)
        assert (solution.payload, solution.mime_type) == (b"packed", kind)
        assert recorder.request.headers["Accept"] == kind


def plan() -> adiutaopt.models.ShiftPlannerInputPlan:
    return adiutaopt.models.ShiftPlannerInputPlan.from_dict(
        {"meta": {}, "parameters": {"p": 1}, "tasks": [{"id": 1, "revenue": 5}], "workers": [], "history": {"h": 2}}
    )


class TestRequests:
    def test_a_time_out_by_default(self) -> None:
        client, recorder = aimms(httpx.Response(200, json=TASK))
        get_task.sync("t1", client=client)
        assert recorder.request.extensions["timeout"] == httpx.Timeout(60).as_dict()
        waiting, recorder = aimms(httpx.Response(200, json=TASK), timeout=None)
        get_task.sync("t1", client=waiting)
        assert recorder.request.extensions["timeout"] == httpx.Timeout(None).as_dict()

    def test_requests_tell_their_operation(self) -> None:
        client, recorder = aimms(httpx.Response(200, json=TASK))
        get_task.sync("t1", client=client)
        assert recorder.request.extensions["operation"] == {
            "id": "getTask",
            "path": "/tasks/{id}",
            "responses": {"200": ["application/json"], "4XX": ["application/json"], "5XX": ["application/json"]},
        }
        assert delete_task._get_kwargs("t1")["extensions"]["operation"]["responses"]["200"] == []
        assert get_solution._get_kwargs(KEY)["extensions"]["operation"] == {
            "id": "getSolution",
            "path": "/solution/{plan_id}",
            "responses": {"200": ["application/json", *VENDOR_TYPES], "401": [], "406": []},
        }

    @pytest.mark.parametrize(
        ("arguments", "accept"),
        [
            (get_task._get_kwargs("t1"), "application/json"),
            (get_task_response._get_kwargs("t1"), "*/*"),
            (get_openapi_specification._get_kwargs(), "text/plain"),
            (get_version._get_kwargs(), "application/json"),
            (get_solution._get_kwargs(KEY), "application/json"),
            (delete_task._get_kwargs("t1"), None),
        ],
    )
    def test_accept_is_what_the_document_says_of_success(self, arguments: dict[str, Any], accept: str | None) -> None:
        assert httpx.Headers(arguments["headers"]).get_list("Accept") == ([accept] if accept else [])

    def test_encodings_that_the_vendor_does_not_list_are_not_asked_for(self) -> None:
        client, recorder = adiuta(httpx.Response(200, json={}))
        get_solution.sync(KEY, client=client)
        assert recorder.request.headers["Accept-Encoding"] == "gzip"
        assert recorder.request.url.raw_path == b"/solution/RmFrZUtleQ%3D%3D"

    def test_interrupt_says_how(self) -> None:
        client, recorder = aimms(httpx.Response(200))
        body = aimms_pro.models.TaskInterrupt(setstatus="interrupt-solve")
        assert interrupt_task.sync_detailed("t1", client=client, body=body, group_index=2).status_code == 200
        assert json.loads(recorder.request.content) == {"setstatus": "interrupt-solve"}
        assert recorder.request.url.query == b"groupIndex=2"

    def test_what_the_pages_added_is_sent(self) -> None:
        client, recorder = aimms(httpx.Response(200, json={"versions": []}))
        get_aimms_versions.sync(client=client, dev=True)
        assert recorder.request.url.query == b"dev=true"
        client, recorder = aimms(httpx.Response(200, json=TASK))
        get_task.sync("t1", client=client, pretty_format=True)
        assert recorder.request.url.query == b"prettyFormat=true"
        client, recorder = aimms(httpx.Response(200, json={}))
        update_app.sync("A", "1", client=client, body=aimms_pro.models.PROAppPatch(resource_profile="<account>"))
        assert json.loads(recorder.request.content) == {"resourceProfile": "<account>"}

    def test_an_upload_needs_both_its_parts(self) -> None:
        with pytest.raises(TypeError, match="metadata"):
            aimms_pro.models.UploadObjectBody(file=aimms_pro.types.File(io.BytesIO()))  # type: ignore[call-arg]

    def test_only_changed_fields_go_out(self) -> None:
        client, recorder = aimms(httpx.Response(200, json={"id": 1, "name": "e"}))
        body = aimms_pro.models.PROEnvironmentPatch(description="new")
        update_environment.sync("e", client=client, body=body)
        assert json.loads(recorder.request.content) == {"description": "new"}

    def test_a_schedule_goes_out_as_written(self) -> None:
        arguments = create_task_latest_version._get_kwargs("a", "s", schedule_for="2026-03-01 06:30 +01:00")
        assert arguments["params"] == {"scheduleFor": "2026-03-01 06:30 +01:00"}


class TestTaskInput:
    @pytest.mark.parametrize("value", [{}, {"a": 1}, [], [1, "zwei"], "text", 7, True, None, "ü"])
    def test_any_json(self, value: Any) -> None:
        for call in (self.versioned, self.latest):
            request = call(body=value)
            assert json.loads(request.content) == value
            assert request.headers["Content-Type"] == "application/json"

    def test_no_input_is_no_body_and_no_content_type(self) -> None:
        for call in (self.versioned, self.latest):
            request = call()
            assert request.content == b""
            assert "Content-Type" not in request.headers
            assert "Transfer-Encoding" not in request.headers

    @pytest.mark.parametrize("payload", [bytes, io.BytesIO], ids=["bytes", "file"])
    @pytest.mark.parametrize("mime_type", [None, "application/x-parquet", "text/csv; charset=utf-8"])
    def test_bytes_with_their_type(self, payload: Callable[[bytes], Any], mime_type: str | None) -> None:
        for call in (self.versioned, self.latest):
            request = call(body=aimms_pro.types.File(payload(b"\x00\xff"), mime_type=mime_type))
            assert request.headers["Content-Type"] == (mime_type or "application/octet-stream")
            assert request.headers["Content-Length"] == "2"
            assert request.content == b"\x00\xff"

    def test_a_type_that_is_none_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"File\.mime_type is 'csv'"):
            self.latest(body=aimms_pro.types.File(b"", mime_type="csv"))

    @staticmethod
    def versioned(**options: Any) -> httpx.Request:
        client, recorder = aimms(httpx.Response(200, json=TASK))
        create_task.sync("app", "1.0", "solve", client=client, **options)
        return recorder.request

    @staticmethod
    def latest(**options: Any) -> httpx.Request:
        client, recorder = aimms(httpx.Response(200, json=TASK))
        asyncio.run(create_task_latest_version.asyncio("app", "solve", client=client, **options))
        return recorder.request


class TestPlans:
    def test_a_model_goes_out_as_json_with_all_it_holds(self) -> None:
        request = self.post(plan())
        assert request.headers["Content-Type"] == "application/json"
        assert json.loads(request.content) == plan().to_dict()
        assert json.loads(request.content)["history"] == {"h": 2}

    @pytest.mark.parametrize("kind", [*VENDOR_TYPES, "application/json", "Application/JSON; charset=utf-8"])
    def test_the_file_chooses_among_the_documented_types(self, kind: str) -> None:
        request = self.post(adiutaopt.types.File(b"packed", mime_type=kind))
        assert (request.headers["Content-Type"], request.content) == (kind, b"packed")

    @pytest.mark.parametrize("kind", ["application/gzip", "*/*", "", None])
    def test_other_types_are_refused_by_name(self, kind: str | None) -> None:
        with pytest.raises(ValueError, match=r"File\.mime_type is .*must be one of: application/json, .*\+br$"):
            self.post(adiutaopt.types.File(b"packed", mime_type=kind))

    def test_the_body_stays_required(self) -> None:
        with pytest.raises(TypeError, match="body"):
            post_shift_description._get_kwargs()  # type: ignore[call-arg]

    @staticmethod
    def post(body: Any) -> httpx.Request:
        client, recorder = adiuta(httpx.Response(201, json=KEY))
        post_shift_description.sync(client=client, body=body)
        return recorder.request


class TestMultipart:
    METADATA = aimms_pro.models.PROAppMetadata(name="App", project_version="1.0", attributes=aimms_pro.types.UNSET)

    def parts(self, content: bytes) -> list[email.message.Message]:
        client, recorder = aimms(httpx.Response(200, json={}))
        file = aimms_pro.types.File(content, file_name="app.aimmspack")
        publish_app.sync(client=client, body=aimms_pro.models.PublishAppBody(file=file, metadata=self.METADATA))
        head = b"Content-Type: " + recorder.request.headers["Content-Type"].encode() + b"\r\n\r\n"
        message = email.message_from_bytes(head + recorder.request.content)
        assert message.get_content_type() == "multipart/form-data"
        assert message.get_boundary() != "+++"
        return message.get_payload()  # type: ignore[return-value]

    def test_the_json_part_says_so(self) -> None:
        parts = {part.get_param("name", header="Content-Disposition"): part for part in self.parts(b"zip")}
        assert set(parts) == {"file", "metadata"}
        assert parts["metadata"].get_content_type() == "application/json"
        assert json.loads(str(parts["metadata"].get_payload())) == {"name": "App", "projectVersion": "1.0"}
        assert parts["file"].get_filename() == "app.aimmspack"

    def test_a_file_cannot_bring_a_part_of_its_own(self) -> None:
        evil = b'--+++\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{}\r\n--+++--\r\n'
        file, _ = self.parts(evil)
        assert file.get_payload(decode=True) == evil.removesuffix(b"\r\n") + b"\r\n"


def test_the_httpx_client_can_be_replaced() -> None:
    recorder = Recorder(httpx.Response(200, json=TASK))
    build: Callable[..., Any] = httpx.Client
    client = aimms_pro.Client("http://unused.invalid").set_httpx_client(
        build(base_url="http://mine.invalid/v2", transport=httpx.MockTransport(recorder))
    )
    get_task.sync("t1", client=client)  # type: ignore[arg-type]
    assert str(recorder.request.url) == "http://mine.invalid/v2/tasks/t1"
