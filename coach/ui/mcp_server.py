"""The coach as a server of the Model Context Protocol: Gradio's own, with results as JSON and what clients need to know of its tools."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from coach.errors import ServiceError

if TYPE_CHECKING:
    import gradio as gr

TITLES = {"ask": "Ask the career coach", "search": "Search the role documents", "roles": "List the roles", "salary": "Salary figures"}
LONGEST_ERROR = 500
INSTRUCTIONS = (
    "Answers to career questions in English and Spanish, from documents about roles. `ask` answers with citations; keep its markers "
    "and quotes, and say so where it says that the documents do not know. `salary` gives figures with their sources, `roles` lists them."
)


def require_mcp() -> None:
    """Raises ServiceError where the package that speaks the protocol is not installed."""
    if importlib.util.find_spec("mcp") is None:
        raise ServiceError("--mcp needs the package mcp, which is not installed; pip install 'career-coach[mcp]'")


def finish_mcp(blocks: gr.Blocks) -> None:
    """Makes the MCP server of mounted `blocks` ready for programs. Raises ServiceError where Gradio could not start one.

    Gradio writes a result as Python would print it, which no program can read; here it is JSON, as text and as structured content that
    follows the output schema of its tool.
    """
    from mcp import types

    server = blocks.mcp_server_obj
    if server is None:
        raise ServiceError(f"the MCP server cannot be started ({blocks.mcp_error}); serve without --mcp")
    server.postprocess_output_data = _as_json  # type: ignore[method-assign]
    server.mcp_server.version, server.mcp_server.instructions = version("career-coach"), INSTRUCTIONS
    endpoints = server.api_info["named_endpoints"]
    handlers: dict[Any, Callable[[Any], Awaitable[Any]]] = server.mcp_server.request_handlers
    call, list_tools = handlers[types.CallToolRequest], handlers[types.ListToolsRequest]

    async def structured_call(request: Any) -> Any:
        answered = await call(request)
        result = answered.root
        if result.isError:
            for part in result.content:
                part.text = " ".join(part.text.split())[:LONGEST_ERROR]
        else:
            result.structuredContent = json.loads(result.content[0].text)
        return answered

    async def described_tools(request: Any) -> Any:
        answered = await list_tools(request)
        for tool in answered.root.tools:
            tool.title = TITLES.get(tool.name)
            tool.outputSchema = endpoints[f"/{tool.name}"]["returns"][0]["type"]
            tool.annotations = types.ToolAnnotations(readOnlyHint=True, destructiveHint=False, idempotentHint=True, openWorldHint=False)
        return answered

    handlers[types.CallToolRequest], handlers[types.ListToolsRequest] = structured_call, described_tools
    # Resources and prompts there are none.
    for request in (
        types.ListResourcesRequest,
        types.ListResourceTemplatesRequest,
        types.ReadResourceRequest,
        types.ListPromptsRequest,
        types.GetPromptRequest,
    ):
        handlers.pop(request, None)


def _as_json(data: list[Any], root_url: str) -> list[Any]:
    """The one value that a tool gives, as JSON text."""
    from mcp import types

    return [types.TextContent(type="text", text=json.dumps(value, ensure_ascii=False)) for value in data]
