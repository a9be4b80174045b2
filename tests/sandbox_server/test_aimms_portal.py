"""AIMMS portal, customization, launching, sessions, server; the fixture judges each answer by the document."""

import json
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from optcloud.sandbox import Sandbox
from sandbox_server.aimms_answers import refused


def test_the_portals_apps_are_the_published_ones(account: httpx.Client) -> None:
    [app] = account.get("/portal/apps").json()["applications"]
    entry = account.get("/applications/Sandbox/1.0").json()
    assert (app["name"], app["version"], app["isLatest"]) == ("Sandbox", "1.0", True)
    assert (app["storedId"], app["description"]) == (entry["storedId"], entry["description"])
    assert account.get("/portal/pro_version").json()["version"]


def test_pictures_have_addresses(account: httpx.Client, http: httpx.Client) -> None:
    config = account.get("/customization").json()
    for path, name, picture in (
        ("/portal/company-logo-url", "logoId", config["rightLogoId"]),
        ("/portal/login-image-url", "loginImageId", config["loginImageId"]),
    ):
        reply = http.get(account.get(path, params={name: picture}).text)
        assert (reply.headers["content-type"], reply.content[:4]) == ("image/png", b"\x89PNG")
        refused(account.get(path, params={name: "other"}), 404)
        refused(account.get(path), 400)


def test_an_icon_has_an_address_once_it_is_stored(account: httpx.Client, http: httpx.Client) -> None:
    asked = {"iconPath": "/icons/my_logo"}
    refused(account.get("/portal/app-icon-url", params=asked), 404)
    metadata = json.dumps({"path": "/icons", "label": "my_logo"})
    account.post("/storage/object", data={"metadata": metadata}, files={"file": ("i.png", b"png", "image/png")})
    assert http.get(account.get("/portal/app-icon-url", params=asked).text).content == b"png"


def test_customization(account: httpx.Client) -> None:
    assert account.get("/customization/portal-mode").text
    names = [profile["name"] for profile in account.get("/customization/resource-profiles").json()]
    assert {"<account>", "<unknown>"} < set(names)


@pytest.mark.parametrize("version", [{"appVersion": "1.0"}, {}])
def test_an_app_is_launched(sandbox: Sandbox, account: httpx.Client, version: dict[str, str]) -> None:
    launched = account.post("/launching", json={"appName": "Sandbox", "deviceId": "d"} | version).json()
    assert launched["version"] == "1.0"
    parts = urlsplit(sandbox.urls.root)
    assert account.get(f"/launching/{launched['id']}").json() == {"host": parts.hostname, "port": parts.port}
    refused(account.get("/launching/none"), 404)
    refused(account.post("/launching", json={"appName": "None"} | version), 404)
    refused(account.post("/launching", json={}), 400)


def test_a_login_leads_to_the_portal(sandbox: Sandbox, account: httpx.Client, http: httpx.Client) -> None:
    body = {"environment": "ROOT", "username": "sandbox-user", "password": sandbox.credentials.password}
    for given in (body, {name: body[name] for name in ("username", "password")}):  # ROOT is the default
        reply = account.post("/login", json=given)
        assert (reply.status_code, reply.content) == (302, b"")
        assert http.get(sandbox.urls.root + reply.headers["location"]).status_code == 200
    for wrong in ({"password": "Wrong-Password-1"}, {"username": "nobody"}):
        refused(account.post("/login", json=body | wrong), 401)
    refused(account.post("/login", json=body | {"environment": "No"}), 404)
    refused(account.post("/login", json={"username": "sandbox-user"}), 400)
    account.patch("/environments/ROOT", json={"isDefault": False})
    assert "default" in refused(
        account.post("/login", json={name: body[name] for name in ("username", "password")}), 400
    )
    assert account.post("/logout").content == b""


def test_a_user_without_a_password_cannot_log_in_and_with_one_can(account: httpx.Client) -> None:
    account.post("/environments/ROOT/users", json={"username": "ada"})
    body = {"username": "ada", "password": "Fake-Password-1"}
    refused(account.post("/login", json=body), 401)
    account.patch("/environments/ROOT/users/ada", json={"password": "Fake-Password-1"})
    assert account.post("/login", json=body).status_code == 302


def test_saml_is_for_environments_with_metadata(account: httpx.Client) -> None:
    refused(account.post("/saml/request", json={"environment": "ROOT"}), 400)
    account.post("/environments", json={"name": "Lab", "samlMetadataUrl": "https://idp.invalid/metadata"})
    assert account.post("/saml/request", json={"environment": "Lab"}).json() == {"name": "Lab"}
    assert account.post("/saml/assertion").status_code == 302


def test_sessions(account: httpx.Client) -> None:
    assert account.get("/session/authorize").content == b""
    assert account.get("/session/webui/info").json() == {"environment": "ROOT", "user": "sandbox-user"}


@pytest.mark.parametrize("path", ["", "/", "?format=json", "?format=yaml"])
def test_the_document_describes_this_api(sandbox: Sandbox, aimms: httpx.Client, path: str) -> None:
    reply = aimms.get(sandbox.urls.aimms + path)
    assert reply.headers["content-type"].startswith("text/plain")
    document: dict[str, Any] = json.loads(files("aimms_pro").joinpath("openapi.json").read_bytes())
    assert json.loads(reply.text) == document


def test_a_format_that_is_not_known(account: httpx.Client) -> None:
    refused(account.get("/", params={"format": "xml"}), 400)
