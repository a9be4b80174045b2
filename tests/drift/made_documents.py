"""Documents of hypothesis with all that OpenAPI has: parameters, bodies, headers, access, callbacks, webhooks."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from drift.test_fuzz import LEAVES, NAMES, SCHEMAS


def _some(keys: str, values: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(keys.split()), values, min_size=least, max_size=2)


HEADERS = st.fixed_dictionaries(
    {"schema": LEAVES}, optional={"required": st.booleans(), "explode": st.booleans(), "deprecated": st.booleans()}
)
ENCODINGS = st.fixed_dictionaries(
    {}, optional={"contentType": st.sampled_from(["image/png", "text/csv"]), "headers": _some("X-Sum", HEADERS)}
)
MEDIA = st.fixed_dictionaries({"schema": SCHEMAS}, optional={"encoding": _some("a b", ENCODINGS)})
CONTENTS = _some("application/json multipart/form-data application/xml", MEDIA, 1)
PARAMETERS = st.builds(
    lambda where, name, rest: {"in": where, "name": name, **rest},
    st.sampled_from(["query", "header", "cookie"]),
    st.sampled_from(["limit", "sort"]),
    st.one_of(
        st.fixed_dictionaries(
            {"schema": SCHEMAS},
            optional={
                "required": st.booleans(),
                "explode": st.booleans(),
                "style": st.sampled_from(["form", "simple", "pipeDelimited", "deepObject"]),
                "allowReserved": st.booleans(),
                "deprecated": st.booleans(),
            },
        ),
        st.fixed_dictionaries({"content": SCHEMAS.map(lambda schema: {"application/json": {"schema": schema}})}),
    ),
)
PARAMETER_LISTS = st.lists(PARAMETERS, max_size=2, unique_by=lambda parameter: (parameter["in"], parameter["name"]))
SECURITY = st.lists(
    st.dictionaries(st.sampled_from(["key", "user"]), st.lists(st.sampled_from(["read", "write"]), max_size=2)),
    max_size=2,
)
SERVERS = st.lists(
    st.fixed_dictionaries(
        {"url": st.sampled_from(["/v1", "https://{area}.a.test"])},
        optional={"variables": st.just({"area": {"default": "eu", "enum": ["eu", "us"]}})},
    ),
    min_size=1,
    max_size=2,
)
BODIES = st.fixed_dictionaries({"content": CONTENTS}, optional={"required": st.booleans()})
RESPONSES = st.fixed_dictionaries(
    {"description": st.just("done")},
    optional={
        "content": CONTENTS,
        "headers": _some("X-Left X-Total", HEADERS),
        "links": st.just({"next": {"operationId": "read", "parameters": {"id": "$response.body#/id"}}}),
    },
)
CALLS = st.fixed_dictionaries(
    {"responses": _some("200 4XX default", RESPONSES, 1)},
    optional={"requestBody": BODIES, "parameters": PARAMETER_LISTS, "deprecated": st.booleans(), "security": SECURITY},
)
CALLBACKS = st.dictionaries(
    st.just("done"),
    st.dictionaries(st.just("{$request.query.url}"), st.fixed_dictionaries({"post": CALLS}), min_size=1),
)
OPERATIONS = st.builds(
    lambda call, more: {**call, **more},
    CALLS,
    st.fixed_dictionaries(
        {}, optional={"callbacks": CALLBACKS, "servers": SERVERS, "operationId": st.sampled_from(["read", "write"])}
    ),
)
ITEMS = st.builds(
    lambda operations, more: {**operations, **more},
    _some("get post put", OPERATIONS, 1),
    st.fixed_dictionaries({}, optional={"parameters": PARAMETER_LISTS}),
)
SCHEMES = st.fixed_dictionaries(
    {
        "key": st.sampled_from(
            [{"type": "apiKey", "in": "header", "name": "X-Key"}, {"type": "http", "scheme": "bearer"}]
        ),
        "user": st.sampled_from(["clientCredentials", "password"]).map(
            lambda flow: {
                "type": "oauth2",
                "flows": {flow: {"tokenUrl": "https://a.test/token", "scopes": {"read": "r", "write": "w"}}},
            }
        ),
    }
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document of one or two paths."""
    document = {
        "openapi": draw(st.sampled_from(["3.0.3", "3.1.0"])),
        "info": {"title": "Jobs", "version": "1"},
        "paths": draw(_some("/jobs /plans", ITEMS, 1)),
        "components": {
            "schemas": {name: draw(LEAVES) for name in NAMES},
            "securitySchemes": draw(SCHEMES),
        },
    }
    if document["openapi"] == "3.1.0" and draw(st.booleans()):
        document["webhooks"] = {"done": {"post": draw(CALLS)}}
    if draw(st.booleans()):
        document["security"] = draw(SECURITY)
    if draw(st.booleans()):
        document["servers"] = draw(SERVERS)
    return document
