"""The way in where there are accounts: a form of our own, which works without scripts, in both languages, and is slow for who guesses."""

from __future__ import annotations

import base64
import math
import threading
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from coach.errors import ServiceError
from coach.types import LANGUAGES, Language
from coach.ui.identity import SESSION_COOKIE, Proxies, cookie, cookie_name
from coach.ui.sessions import SESSION_SECONDS, Proved, Sessions, Throttle
from coach.ui.strings import preferred_language, strings

if TYPE_CHECKING:
    from coach.storage.accounts import Accounts


class Login:
    """Names and passwords of `accounts` turned into sessions."""

    def __init__(self, accounts: Accounts, sessions: Sessions, proxies: Proxies, throttle: Throttle) -> None:
        self._accounts, self._sessions, self._proxies, self._throttle = accounts, sessions, proxies, throttle
        self._proved, self._proving = Proved(accounts.fingerprint), threading.Lock()

    def user(self, request: Request) -> str | None:
        """Who sent the request, by the session in its cookie or, for programs, by name and password (RFC 7617, Basic)."""
        token = request.cookies.get(cookie_name(SESSION_COOKIE, secure=self._proxies.secure(request)))
        found = self._sessions.user(token) if token else None
        if found:
            return found
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            name, _, password = base64.b64decode(given, validate=True).decode("utf-8").partition(":")
        except ValueError:
            return None
        return self._proved.get(name, password) or self._prove(request, name, password)

    def _prove(self, request: Request, name: str, password: str) -> str | None:
        # One at a time: of a program's first calls at once the first is checked, and the others find that it was right.
        with self._proving:
            user = self._proved.get(name, password)
            if user is None:
                checked = self._check(request, name, password)
                if isinstance(checked, str):
                    self._proved.remember(name, password, checked)
                    user = checked
            return user

    def routes(self) -> APIRouter:
        """`/login` and `/logout`."""
        routes = APIRouter(tags=["login"])

        @routes.get("/login", summary="The login page", response_class=HTMLResponse)
        def page(request: Request, next: str = "/", lang: str | None = None) -> Response:
            return self._page(request, _language(request, lang), next)

        @routes.post("/login", summary="Log in", response_class=HTMLResponse)
        def login(
            request: Request,
            username: Annotated[str, Form(max_length=200)] = "",
            password: Annotated[str, Form(max_length=2000)] = "",
            next: Annotated[str, Form(max_length=2000)] = "/",
            lang: Annotated[str | None, Form(max_length=5)] = None,
        ) -> Response:
            language = _language(request, lang)
            checked = self._check(request, username, password)
            if not isinstance(checked, str):
                return self._page(request, language, next, wait=checked, name=username, failed=True)
            secure = self._proxies.secure(request)
            # A browser goes on to the page; a program (Gradio's client) asked for the cookie only.
            html = "text/html" in request.headers.get("accept", "")
            response: Response = RedirectResponse(_inside(next), status_code=303) if html else Response(status_code=200)
            session = cookie(SESSION_COOKIE, self._sessions.begin(checked), secure=secure, seconds=SESSION_SECONDS)
            response.headers.append("set-cookie", session)
            return response

        @routes.post("/logout", summary="Log out", response_class=RedirectResponse)
        def logout(request: Request) -> Response:
            secure = self._proxies.secure(request)
            token = request.cookies.get(cookie_name(SESSION_COOKIE, secure=secure))
            if token:
                try:
                    self._sessions.end(token)
                except ServiceError as error:
                    # The cookie stays as well: who is told that they are out must be.
                    raise HTTPException(503, "logging out is not possible just now; try again later") from error
            response = RedirectResponse("/login", status_code=303)
            response.headers.append("set-cookie", cookie(SESSION_COOKIE, "", secure=secure, seconds=0))
            return response

        return routes

    def _check(self, request: Request, name: str, password: str) -> str | float:
        """The user's name if the password is right; else how many seconds to wait before the next try, 0 for none."""
        address = self._proxies.address(request)
        wait = self._throttle.wait(name, address)
        if wait > 0:
            return wait
        # Counted before it is checked, so that many tries at once count too.
        self._throttle.failed(name, address)
        user = self._accounts.verify(name, password)
        if user is None:
            return 0.0
        self._throttle.succeeded(name, address)
        return user

    def _page(
        self, request: Request, language: Language, next: str, wait: float = 0.0, name: str = "", failed: bool = False
    ) -> HTMLResponse:
        text = strings(language)
        wrong = text.login_wait.format(seconds=math.ceil(wait)) if wait else text.login_wrong if failed else ""
        style = (Path(__file__).parent / "login.css").read_text(encoding="utf-8")
        others = "".join(
            f'<a href="/login?lang={other}" lang="{other}" hreflang="{other}">{escape(strings(other).language_name)}</a>'
            for other in LANGUAGES
            if other != language
        )
        problem = f'<p class="problem" role="alert">{escape(wrong)}</p>' if wrong else ""
        html = (
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(text.login_title)}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
            f"<style>{style}</style></head><body><main><h1>{escape(text.title)}</h1><p>{escape(text.promise)}</p>{problem}"
            f'<form method="post" action="/login"><input type="hidden" name="next" value="{escape(_inside(next))}">'
            f'<input type="hidden" name="lang" value="{language}">'
            f'<label for="username">{escape(text.login_name)}</label>'
            f'<input id="username" name="username" autocomplete="username" autocapitalize="none" required value="{escape(name)}">'
            f'<label for="password">{escape(text.login_password)}</label>'
            '<input id="password" name="password" type="password" autocomplete="current-password" required>'
            f"<button>{escape(text.login_button)}</button></form><nav>{others}</nav></main></body></html>"
        )
        status = 429 if wait else 401 if failed else 200
        headers = {"cache-control": "no-store", **({"retry-after": str(math.ceil(wait))} if wait else {})}
        return HTMLResponse(html, status_code=status, headers=headers)


def _language(request: Request, chosen: str | None) -> Language:
    return next((language for language in LANGUAGES if language == chosen), preferred_language(request.headers.get("accept-language")))


def _inside(where: str) -> str:
    """`where` if it is a path of ours, else the page: a link must not lead elsewhere after the login."""
    parts = urlsplit(where.replace("\\", "/"))
    inside = where.startswith("/") and not where.startswith("//") and not parts.netloc and where.isprintable()
    return where if inside else "/"
