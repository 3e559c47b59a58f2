"""What the page keeps in the store, and how it goes on when the store cannot be reached: it says so, and keeps it later."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from coach.errors import NotFound, ServiceError
from coach.language import detect
from coach.storage.records import Conversation, Reaction, SavedExchange
from coach.storage.titles import title_of
from coach.types import Language
from coach.ui.answers import Answers
from coach.ui.conversation import Exchange, Visitor

if TYPE_CHECKING:
    from coach.storage.store import Store

# How many conversations the side list shows at first and adds at a time.
LISTED = 40


class History:
    """The conversations of all visitors, each call for the owner of one. Without a store, or for nobody, nothing is kept.

    What the store cannot do now ends with the visitor's `bar` saying so, never with an error.
    """

    def __init__(self, store: Store | None, answers: Answers) -> None:
        self.store, self._answers = store, answers

    def conversations(self, visitor: Visitor) -> list[Conversation]:
        """The newest conversations that the visitor's search finds, one more than are to be shown where there are more."""
        if not self.store or not visitor.owner:
            return []
        try:
            return list(self.store.conversations(visitor.owner, search=visitor.search, limit=(visitor.listed or LISTED) + 1))
        except ServiceError:
            visitor.bar = "unkept"
            return []

    def open(self, visitor: Visitor, conversation: str) -> bool:
        """Show the conversation of that id; False where the visitor has none such, and then they are in a new one."""
        visitor.clear()
        visitor.conversation = conversation
        self.refresh(visitor)
        return visitor.conversation is not None

    def refresh(self, visitor: Visitor) -> bool:
        """Bring the conversation in step with what other pages have made of it; whether it has changed.

        What this page has and the store has not yet stays at its end.
        """
        if not self.store or not visitor.owner or not visitor.conversation:
            return False
        self._catch_up(visitor)
        before = [exchange.id for exchange in visitor.exchanges if exchange.worth_keeping]
        # Before the store is read: an answer that ends in between is then found here, ended, and not in the store as it was before.
        live = self._answers.live(visitor.owner)
        try:
            stored = self.store.exchanges(visitor.owner, visitor.conversation)
            visitor.title = self.store.conversation(visitor.owner, visitor.conversation).title
        except NotFound:
            visitor.clear()
            visitor.bar = "gone"
            return True
        except ServiceError:
            visitor.bar = "unkept"
            return False
        known = {exchange.id: exchange for exchange in visitor.exchanges}
        merged: list[Exchange] = []
        for saved in stored:
            exchange = live.get(saved.id)
            if exchange is None:
                exchange = known.get(saved.id)
                if exchange is None or (exchange.kept and changed_elsewhere(exchange, saved)):
                    exchange = Exchange.restored(saved)
            merged.append(exchange)
        ids = {exchange.id for exchange in merged}
        visitor.exchanges = merged + [exchange for exchange in visitor.exchanges if exchange.id not in ids and not exchange.kept]
        return [exchange.id for exchange in visitor.exchanges if exchange.worth_keeping] != before

    def begin(self, visitor: Visitor, exchange: Exchange) -> None:
        """Keep a question before it is answered, so that it is there whatever happens meanwhile; begins a conversation if need be."""
        if not self.store or not visitor.owner:
            return
        visitor.title = visitor.title or title_of(exchange.question, detect(exchange.question, visitor.page))
        self._catch_up(visitor)

    def keep(self, visitor: Visitor) -> None:
        """Keep what there is to keep of the visitor's conversation."""
        if self.store and visitor.owner:
            self._catch_up(visitor)

    def keep_one(self, owner: str | None, conversation: str | None, exchange: Exchange) -> None:
        """Keep an exchange that has ended, also where its page has gone. Does nothing where that cannot be done: a page tries again."""
        if not self.store or not owner or not conversation or exchange.dropped or exchange.kept:
            return
        with suppress(ServiceError):
            self._save(owner, conversation, exchange)

    def take_back(self, visitor: Visitor, exchange: Exchange) -> str:
        """Remove `exchange` and all after it, here and in the store, and return its question."""
        for live in visitor.exchanges[visitor.exchanges.index(exchange) :]:
            live.dropped = True
        question = visitor.take_back(exchange)
        visitor.dropped = exchange.id
        self.keep(visitor)
        return question

    def react(self, visitor: Visitor, exchange: Exchange, reaction: Reaction | None, reason: str | None) -> None:
        """Keep what the visitor thinks of an answer."""
        exchange.reaction, exchange.reason = reaction, reason
        if not self.store or not visitor.owner:
            return
        self._catch_up(visitor)
        try:
            self.store.react(visitor.owner, exchange.id, reaction, reason)
        except NotFound:
            return
        except ServiceError:
            exchange.kept, visitor.bar = False, "unkept"

    def rename(self, visitor: Visitor, conversation: str, title: str) -> None:
        """Give a conversation another title; one that is not the visitor's, or no longer there, is left alone."""
        self._change(visitor, "rename", conversation, title)
        if visitor.conversation == conversation:
            visitor.title = title

    def delete(self, visitor: Visitor, conversation: str) -> None:
        """Delete a conversation; where it is the one being shown, the visitor is in a new one."""
        if visitor.conversation == conversation:
            for exchange in visitor.exchanges:
                exchange.dropped = True
            visitor.stop()
        self._change(visitor, "delete", conversation)
        if visitor.conversation == conversation and visitor.bar != "unkept":
            visitor.clear()

    def _change(self, visitor: Visitor, what: str, *arguments: str) -> None:
        if not self.store or not visitor.owner:
            return
        try:
            getattr(self.store, what)(visitor.owner, *arguments)
        except NotFound:
            return
        except ServiceError:
            visitor.bar = "unkept"

    def _catch_up(self, visitor: Visitor) -> None:
        """Do what could not be done before: take back, begin, and save whatever is not kept as it is now."""
        assert self.store
        assert visitor.owner
        unkept = [exchange for exchange in visitor.exchanges if not exchange.kept and exchange.worth_keeping]
        try:
            if visitor.conversation is None and unkept:
                language: Language = visitor.page
                visitor.conversation = self.store.start(visitor.owner, language, visitor.title).id
            if visitor.conversation and visitor.dropped:
                with suppress(NotFound):
                    self.store.truncate(visitor.owner, visitor.conversation, visitor.dropped)
                visitor.dropped = None
            for exchange in unkept:
                assert visitor.conversation
                self._save(visitor.owner, visitor.conversation, exchange)
        except ServiceError:
            visitor.bar = "unkept"
        else:
            if visitor.bar == "unkept":
                visitor.bar = None

    def _save(self, owner: str, conversation: str, exchange: Exchange) -> None:
        assert self.store
        ended = exchange.state != "waiting"
        with suppress(NotFound):
            self.store.save(owner, conversation, exchange.saved())
        exchange.kept = ended


def changed_elsewhere(exchange: Exchange, saved: SavedExchange) -> bool:
    """Whether another page has made something else of an exchange. Hits and seconds are not kept, and so cannot be compared."""
    return (exchange.state, exchange.text, exchange.reaction, exchange.reason) != (saved.state, saved.text, saved.reaction, saved.reason)
