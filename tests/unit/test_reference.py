"""References are plain text and lose nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.core.errors import ConfigError
from optcloud.core.reference import Reference

PARTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda part: part not in {".", ".."})
PROFILES = st.from_regex(r"[A-Za-z0-9_.-]+", fullmatch=True)


@given(st.sampled_from(["aimms", "adiutaopt", "gurobi"]), PROFILES, st.lists(PARTS, min_size=1, max_size=4))
def test_round_trip(cloud: str, profile: str, path: list[str]) -> None:
    reference = Reference(cloud, profile, tuple(path))
    text = str(reference)
    assert Reference.parse(text) == reference
    assert Reference.parse(f"  {text}\n") == reference
    assert text.isascii() and not any(character.isspace() for character in text)
    assert text.count("/") == len(path)


def test_it_looks_like_the_documentation_says() -> None:
    assert str(Reference("adiutaopt", "prod", ("shift", "a/b=="))) == "adiutaopt:prod/shift/a%2Fb%3D%3D"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "aimms",
        "aimms:default",
        "aimms:default/",
        "aimms:/id",
        ":default/id",
        "AIMMS:default/id",
        "aimms:de fault/id",
        "aimms:default/i d",
        "aimms:default//id",
        "aimms:default/id/",
        "aimms:default/id\nmore",
        "aimms:default/%FF",
        "aimms:default/..",
        "aimms:default/a/%2E%2E",
        "aimms:default/.",
        "https://example.test/id",
    ],
)
def test_what_is_no_reference_says_how_one_looks(text: str) -> None:
    with pytest.raises(ConfigError, match="is not a job reference"):
        Reference.parse(text)


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        reference = Reference.parse(text)
    except ConfigError:
        return
    assert Reference.parse(str(reference)) == reference
