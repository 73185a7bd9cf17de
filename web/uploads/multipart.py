"""Stream an upload's files to disk, piece by piece.

Nothing of them stays in memory, and every limit is checked on the way.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, MultipartState, parse_options_header

from pipeline.ingest.files.filenames import plain_suffix
from web.refusal import Refusal
from web.uploads.names import safe_name
from web.uploads.quota import BYTES

if TYPE_CHECKING:
    from starlette.requests import Request

    from web.uploads.quota import Room

FILE_LIMIT = 256 << 20
MOST_FILES = 50
_CHUNK_SECONDS = 30
_GRACE_SECONDS = 60
_SLOWEST = 2 << 10  # bytes a second, on average, after the grace
_LONGEST_FIELD = 2_000
_LONGEST_BODY = BYTES + (1 << 20)  # whatever it consists of
_FIELDS = 20


@dataclass
class Received:
    """One file as it arrived."""

    path: Path
    name: str
    size: int = 0
    sha256: str = ""


@dataclass
class Upload:
    """The files and fields of one request."""

    files: list[Received] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    def discard(self) -> None:
        """Delete what has not been taken further."""
        for file in self.files:
            file.path.unlink(missing_ok=True)


async def receive(request: Request, folder: Path, room: Room) -> Upload:
    """Write the files of a multipart request into `folder`; `room` is what the person may hand in.

    When it fails nothing stays, and nothing is counted.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Refusal(415, "请以表单上传文件。", "send multipart/form-data with a boundary")
    writer = _Writer(folder, room)
    try:
        parser = MultipartParser(options[b"boundary"], writer.callbacks(), max_header_size=4_096)
        await _feed(request, parser)
        _require_end(parser)
    except FormParserError as error:
        writer.close()
        raise Refusal(
            400, "上传的内容读不懂，请重新上传。", f"not readable as multipart: {error}"
        ) from error
    except OSError as error:
        writer.close()
        raise Refusal(503, "服务器磁盘写不下，请告知管理员。", f"cannot write: {error}") from error
    except BaseException:
        writer.close()
        raise
    return writer.upload


async def _feed(request: Request, parser: MultipartParser) -> None:
    """Give the parser what arrives; Refusal 408 when it arrives too slowly."""
    began, total = time.monotonic(), 0
    stream = request.stream().__aiter__()
    while True:
        try:
            chunk = await asyncio.wait_for(anext(stream), _CHUNK_SECONDS)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise Refusal(408, "网络太慢，上传中断，请再试。", "no data for too long") from error
        total += len(chunk)
        elapsed = time.monotonic() - began
        if total > _LONGEST_BODY:
            raise Refusal(413, "一次交的太多，请分几次交。", "the body is too long")
        if elapsed > _GRACE_SECONDS and total < _SLOWEST * elapsed:
            raise Refusal(408, "网络太慢，上传中断，请再试。", "the upload is too slow")
        parser.write(chunk)


def _require_end(parser: MultipartParser) -> None:
    if parser.state != MultipartState.END:
        raise Refusal(400, "文件没有传完，请重新上传。", "the upload is cut off")


class _Writer:
    """Callbacks of the parser: file parts go to disk and through SHA-256, short fields into memory."""

    def __init__(self, folder: Path, room: Room) -> None:
        self.upload = Upload()
        self._folder, self._room = folder, room
        self._header, self._value = bytearray(), bytearray()
        self._disposition = b""
        self._name = ""
        self._stream: BinaryIO | None = None
        self._digest = hashlib.sha256()
        self._text = bytearray()

    def callbacks(self) -> Any:  # noqa: ANN401 - the parser's own type
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._open,
            "on_part_data": self._write,
            "on_part_end": self._end,
        }

    def close(self) -> None:
        """Drop everything: the request failed."""
        if self._stream is not None:
            self._stream.close()
        self.upload.discard()
        self._room.give_back()

    def _begin(self) -> None:
        self._disposition, self._name, self._stream, self._text = b"", "", None, bytearray()

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _open(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")[:100]
        if b"filename" not in options:
            return
        if len(self.upload.files) >= MOST_FILES:
            raise Refusal(413, f"一次最多{MOST_FILES}份文件。", f"more than {MOST_FILES} files")
        self._room.take(files=1)
        name = safe_name(options[b"filename"])
        # With the suffix it came with: the reader knows unfinished downloads by it, as in the
        # inbox.
        file = Received(self._folder / f"{secrets.token_hex(16)}{plain_suffix(Path(name))}", name)
        self.upload.files.append(file)
        self._digest = hashlib.sha256()
        self._stream = file.path.open("xb")

    def _write(self, data: bytes, start: int, end: int) -> None:
        if self._stream is None:
            self._text += data[start:end]
            if len(self._text) > _LONGEST_FIELD:
                raise Refusal(413, "表单太长。", "a form field is too long")
            return
        file = self.upload.files[-1]
        file.size += end - start
        if file.size > FILE_LIMIT:
            raise Refusal(413, "每份文件不超过256 MB。", f"a file has more than {FILE_LIMIT} bytes")
        self._room.take(size=end - start)
        piece = data[start:end]
        self._digest.update(piece)
        self._stream.write(piece)

    def _end(self) -> None:
        if self._stream is None:
            if len(self.upload.fields) >= _FIELDS:
                raise Refusal(413, "表单太长。", "there are too many form fields")
            self.upload.fields[self._name] = self._text.decode("utf-8", "replace")
            return
        self._stream.close()
        self._stream = None
        self.upload.files[-1].sha256 = self._digest.hexdigest()
