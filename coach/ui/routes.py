"""What the page serves beside itself: a visitor's own data to take away and to erase, and the way in and out.

Only POST changes anything, and only from our own page (identity.py turns other sites away). Whose data it is stands in the request's scope.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from coach.errors import NotFound, ServiceError
from coach.types import Language
from coach.ui.identity import KEY_COOKIE, USER, Proxies, cookie, new_key, owner_of

if TYPE_CHECKING:
    from coach.storage.store import Store

UUID = r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$"
Id = Annotated[str, Path(pattern=UUID, description="id of the conversation")]
Spoken = Annotated[Language, Query(description="language of the headings")]


def data_routes(store: Store, proxies: Proxies) -> APIRouter:
    """Exports of one conversation and of everything, and their end."""
    routes = APIRouter(tags=["your data"])

    @routes.get("/export/all.json", summary="Everything that is kept about you, as JSON")
    def all_json(request: Request) -> JSONResponse:
        kept = _kept(lambda: store.export(_owner(request)))
        return JSONResponse(kept, headers=_download("career-coach.json"))

    @routes.get("/export/all.md", summary="Everything that is kept about you, as Markdown", response_class=PlainTextResponse)
    def all_markdown(request: Request, lang: Spoken = "en") -> Response:
        kept = _kept(lambda: store.export_markdown(_owner(request), lang))
        return Response(kept, media_type="text/markdown; charset=utf-8", headers=_download("career-coach.md"))

    @routes.get("/export/{conversation}.md", summary="One conversation as Markdown", response_class=PlainTextResponse)
    def markdown(request: Request, conversation: Id, lang: Spoken = "en") -> Response:
        from coach.storage.markdown import conversation_markdown

        one, said = _kept(lambda: _conversation(store, _owner(request), conversation))
        text = conversation_markdown(one, said, lang)
        return Response(text, media_type="text/markdown; charset=utf-8", headers=_download(f"{_file_name(one.title)}.md"))

    @routes.get("/export/{conversation}.pdf", summary="One conversation as PDF", response_class=Response)
    def pdf(request: Request, conversation: Id, lang: Spoken = "en") -> Response:
        from coach.ui.export_pdf import conversation_pdf

        one, said = _kept(lambda: _conversation(store, _owner(request), conversation))
        content = conversation_pdf(one, said, lang)
        return Response(content, media_type="application/pdf", headers=_download(f"{_file_name(one.title)}.pdf"))

    @routes.post("/erase", summary="Erase everything that is kept about you")
    def erase(request: Request) -> JSONResponse:
        erased = _kept(lambda: store.erase(_owner(request)))
        gone = {"conversations": erased.conversations, "exchanges": erased.exchanges, "attempts": erased.attempts}
        response = JSONResponse({"erased": gone})
        if request.scope.get(USER) is None:
            # A new key: what is kept from now on has nothing to do with what was.
            response.headers.append("set-cookie", cookie(KEY_COOKIE, new_key(), secure=proxies.secure(request)))
        return response

    return routes


def _owner(request: Request) -> str:
    owner = owner_of(request.scope)
    if owner is None:
        raise NotFound("nothing is kept for you: open the page first")
    return owner


def _conversation(store: Store, owner: str, conversation: str) -> tuple[Any, Any]:
    return store.conversation(owner, conversation), store.exchanges(owner, conversation)


def _kept(read: Any) -> Any:
    """What the store gives; its errors as those of HTTP. What is another's answers as what is not there."""
    try:
        return read()
    except NotFound as error:
        raise HTTPException(404, str(error)) from error
    except ServiceError as error:
        # Where the database is, and why it fails, is no matter of a visitor's.
        raise HTTPException(503, "what is kept cannot be reached just now; try again later") from error


def _download(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}


def _file_name(title: str) -> str:
    """A title as the name of a file that every system takes."""
    from coach.language import fold

    return re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:60] or "career-coach"
