"""Language models for tests: one that says what a test tells it, one that obeys whoever gives orders, and a server that misbehaves."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from coach.answering.llm import Breaker, LanguageModel

LONGEST_STALL = 60.0
PIECE = 9
"""Characters in which scripted answers stream: sentences, markers and words are all cut somewhere."""


class ScriptedChat(BaseChatModel):
    """Says `script` (a text, or what a function makes of the prompt) in small pieces; keeps the prompts it was given."""

    script: Any = ""
    prompts: list[str] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _answer(self, messages: list[BaseMessage]) -> str:
        prompt = "\n".join(str(message.content) for message in messages)
        self.prompts.append(prompt)
        return self.script(prompt) if callable(self.script) else self.script

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=self._answer(messages)))])

    def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        text = self._answer(messages)
        for start in range(0, len(text), PIECE):
            yield ChatGenerationChunk(message=AIMessageChunk(content=text[start : start + PIECE]))


def scripted(script: str | Callable[[str], str], **limits: Any) -> LanguageModel:
    """A model of the name test:scripted that says `script`."""
    settings: dict[str, Any] = {"first_token_seconds": 5.0, "total_seconds": 10.0, "retries": 0, "most_characters": 20_000} | limits
    return LanguageModel("test:scripted", ScriptedChat(script=script, prompts=[]), Breaker(60.0), **settings)


def statements_of(prompt: str) -> dict[int, str]:
    """The numbered statements of a prompt, without the line's head in brackets."""
    return {int(number): text for number, text in re.findall(r"^\[(\d+)\] \([^\n]*?\) (.+)$", prompt, re.MULTILINE)}


def sse(text: str) -> bytes:
    """One event of OpenAI's stream with a piece of text."""
    event = {
        "id": "x",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": text}}],
    }
    return f"data: {json.dumps(event)}\n\n".encode()


@dataclass
class Server:
    """A server that speaks OpenAI's streaming protocol as `behaviours` say, one a request, the last one for all further ones."""

    behaviours: list[str]
    text: str = ""
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving(*behaviours: str, text: str = "") -> Iterator[Server]:
    """Runs a server on a free port. Behaviours: good, stall, midway, silent, drip, drop, broken, shapeless, html, empty, or a status,
    with the seconds of a Retry-After header behind it ("429 1"). What stalls does so until the server is closed."""
    server = Server(list(behaviours), text)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Nothing on stderr."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.requests.append(json.loads(body))
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            at = min(len(server.requests), len(server.behaviours)) - 1
            # The coach may hang up first, as it should.
            with contextlib.suppress(OSError):
                self._behave(server.behaviours[at])
            self.close_connection = True

        def _behave(self, behaviour: str) -> None:
            status, _, wait = behaviour.partition(" ")
            if status.isdigit():
                self._whole(int(status), "application/json", b'{"error": {"message": "sk-secret-key is wrong, prompt was: ..."}}', wait)
            elif behaviour == "html":
                self._whole(200, "text/html", b"<html><body>Bad gateway</body></html>")
            elif behaviour == "silent":
                server.over.wait(LONGEST_STALL)
            else:
                self._stream(behaviour)

        def _whole(self, status: int, kind: str, body: bytes, wait: str = "") -> None:
            self.send_response(status)
            if wait:
                self.send_header("Retry-After", wait)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _stream(self, behaviour: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            pieces = [server.text[start : start + PIECE] for start in range(0, len(server.text), PIECE)]
            if behaviour == "stall":
                self._chunk(sse(""))
                server.over.wait(LONGEST_STALL)
            elif behaviour == "midway":
                for piece in pieces[: len(pieces) // 2]:
                    self._chunk(sse(piece))
                server.over.wait(LONGEST_STALL)
            elif behaviour == "drip":
                for piece in pieces * 50:
                    self._chunk(sse(piece))
                    if server.over.wait(0.1):
                        return
            elif behaviour == "drop":
                for piece in pieces[: len(pieces) // 2]:
                    self._chunk(sse(piece))
                self.connection.close()
                return
            elif behaviour == "broken":
                self._chunk(b'data: {"id": "x", "choices": [{"delta": {"cont\n\n')
            elif behaviour == "shapeless":
                self._chunk(b'data: {"id": "x", "choices": "none", "model": 7}\n\n')
            elif behaviour == "good":
                for piece in pieces:
                    self._chunk(sse(piece))
            if behaviour in {"good", "empty"}:
                self._chunk(b"data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server.url = f"http://127.0.0.1:{listener.server_address[1]}/v1"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        listener.shutdown()
        listener.server_close()
