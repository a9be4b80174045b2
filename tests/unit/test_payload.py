"""Bodies of any size are measured, read from their start each time, and never read whole."""

import gc
import os
import threading
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from optcloud.core.errors import BadRequest
from optcloud.core.payload import BYTES, CHUNK, IN_MEMORY, Payload, opened, payload_of, with_payload
from unit.script import Script

LARGE = bytes(range(256)) * (IN_MEMORY // 256) + b"and more"


class Pipe(BytesIO):
    """A stream that cannot seek, and gives its bytes in small pieces."""

    def seekable(self) -> bool:
        return False

    def seek(self, _offset: int, _whence: int = 0) -> int:
        raise OSError("no")

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 100_000))


def whole(payload: Payload) -> bytes:
    return b"".join(payload.chunks())


def sources(data: bytes, folder: Path) -> list[Any]:
    file = folder / "data.csv"
    file.write_bytes(data)
    return [data, bytearray(data), memoryview(data), file, BytesIO(data), Pipe(data)]


@pytest.mark.parametrize("data", [b"", b"x", LARGE], ids=["empty", "one", "large"])
@pytest.mark.parametrize("kind", range(6))
def test_every_source_is_measured_and_read_again_from_its_start(data: bytes, kind: int, tmp_path: Path) -> None:
    payload = payload_of(sources(data, tmp_path)[kind])
    assert payload.size == len(data)
    assert [whole(payload), whole(payload)] == [data, data]
    half = payload.chunks()
    next(half, b"")  # an attempt that broke off
    assert whole(payload) == data
    assert max((len(piece) for piece in payload.chunks()), default=0) <= CHUNK


@given(st.binary(max_size=300), st.sampled_from([bytes, BytesIO, Pipe]))
def test_whatever_goes_in_comes_out(data: bytes, kind: Any) -> None:
    payload = payload_of(kind(data))
    assert (payload.size, whole(payload)) == (len(data), data)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.JSON", "application/json"), ("a.csv", "text/csv"), ("a.xml", "application/xml"), ("a.parquet", BYTES)],
)
def test_the_media_type_is_told_by_the_suffix_and_can_be_given(name: str, media_type: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(b"1")
    with file.open("rb") as stream:
        assert {payload_of(file).media_type, payload_of(stream).media_type} == {media_type}
        assert payload_of(stream).name == name
        assert payload_of(stream, "x/y").media_type == "x/y"
    assert payload_of("grün").data == "grün".encode()
    assert payload_of("x").media_type == "text/plain; charset=utf-8"


def test_a_stream_is_sent_whole_wherever_it_stands() -> None:
    stream = BytesIO()
    stream.write(b"just written")
    payload = payload_of(stream)
    assert (payload.size, whole(payload)) == (12, b"just written")
    assert not stream.closed


def test_a_small_pipe_stays_in_memory_and_a_large_one_goes_to_disk() -> None:
    assert payload_of(Pipe(b"x" * IN_MEMORY)).data is not None
    assert payload_of(Pipe(b"x" * (IN_MEMORY + 1))).data is None


def test_the_copy_on_disk_goes_with_the_last_payload() -> None:
    payload = evolve(payload_of(Pipe(LARGE)), media_type="x/y")  # another value of the same copy
    gc.collect()
    assert whole(payload) == LARGE
    file = payload._pieces._file  # type: ignore[attr-defined]
    del payload
    gc.collect()
    assert file.closed


def test_what_is_beyond_the_limit_is_counted_and_not_kept() -> None:
    payload = payload_of(Pipe(LARGE * 3), keep=IN_MEMORY)
    assert payload.size == len(LARGE) * 3
    assert os.fstat(payload._pieces._file.fileno()).st_size < IN_MEMORY * 2  # type: ignore[attr-defined]


@pytest.mark.parametrize("stream", [StringIO("text"), StringIO("")])
def test_text_streams_are_refused_with_the_mend(stream: Any) -> None:
    with pytest.raises(BadRequest, match="binary mode"):
        payload_of(stream)


def test_a_stream_that_gives_nothing_at_all_is_refused() -> None:
    class Waiting(Pipe):
        def read(self, _size: int | None = -1) -> Any:
            return None

    with pytest.raises(BadRequest, match="gave NoneType for bytes: a blocking binary stream"):
        payload_of(Waiting())


def test_files_that_cannot_be_read_are_named_before_sending(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        payload_of(tmp_path / "missing")
    with pytest.raises(IsADirectoryError, match="is a folder"):
        payload_of(tmp_path)


def test_a_named_pipe_is_read_and_not_taken_for_empty(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(LARGE,))
    writer.start()
    payload = payload_of(pipe)
    writer.join()
    assert whole(payload) == LARGE


def test_a_file_that_grew_is_sent_as_measured_and_one_that_shrank_breaks_off(tmp_path: Path) -> None:
    file = tmp_path / "growing.log"
    file.write_bytes(b"12345")
    payload = payload_of(file)
    file.write_bytes(b"1234567")
    assert whole(payload) == b"12345"
    file.write_bytes(b"123")
    with pytest.raises(BadRequest, match=r"growing\.log has lost 2 bytes since it was measured"):
        whole(payload)


def test_as_a_flow_only_files_and_streams_are_looked_at_aside(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"abc")
    for source, effects in (("abc", 0), (b"abc", 0), (file, 1), (BytesIO(b"abc"), 1)):
        flow = opened(source)
        assert len(list(flow_effects(flow))) == effects
    assert Script().run(opened(file)).size == 3


def flow_effects(flow: Any) -> Any:
    try:
        effect = next(flow)
        while True:
            yield effect
            effect = flow.send(effect.work())
    except StopIteration:
        return


def test_a_payload_is_put_into_generated_arguments() -> None:
    arguments = with_payload({"method": "post", "url": "/x", "headers": {"Accept": "a/b"}}, payload_of(b"1", "x/y"))
    assert arguments["headers"] == {"Accept": "a/b", "Content-Type": "x/y"}
    assert arguments["content"].size == 1
