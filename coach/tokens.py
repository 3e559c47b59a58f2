"""Counts tokens, so that history and prompts stay within a budget. The only module that imports tiktoken.

tiktoken downloads its vocabularies at first use, which must not happen here. A small one, trained on our own documents,
is shipped instead: with fewer merges than those of the providers it counts more tokens for the same text, so a budget that
is kept by it is kept by theirs.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from coach.types import Turn

if TYPE_CHECKING:
    from tiktoken import Encoding

VOCABULARY = Path(__file__).resolve().parent / "vocabulary.tiktoken"
VOCABULARY_SIZE = 1500
# Words with the space before them, runs of digits and of signs, as in the vocabularies of GPT-2 and after.
PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


@cache
def _encoding() -> Encoding:
    from tiktoken import Encoding

    ranks = {}
    for line in VOCABULARY.read_text(encoding="ascii").splitlines():
        token, rank = line.split()
        ranks[base64.b64decode(token)] = int(rank)
    return Encoding("coach", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})


def count(text: str) -> int:
    """The number of tokens of `text`; never fewer than a provider's larger vocabulary gives, bar rare words of its own."""
    return len(_encoding().encode(text, disallowed_special=()))


def recent(history: Sequence[Turn], budget: int) -> list[Turn]:
    """The last turns of `history` that together have at most `budget` tokens, in order. A turn is kept whole or not at all."""
    kept: list[Turn] = []
    left = budget
    for turn in reversed(history):
        left -= count(turn.content)
        if left < 0:
            break
        kept.append(turn)
    return kept[::-1]


def train(text: str, size: int = VOCABULARY_SIZE) -> str:
    """A vocabulary of `size` tokens for texts like `text`, as the lines of a vocabulary file."""
    from tiktoken._educational import bpe_train

    ranks = bpe_train(data=text, vocab_size=size, pat_str=PATTERN, visualise=None)
    return "".join(f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in ranks.items())


if __name__ == "__main__":
    documents = sorted(Path(sys.argv[1]).glob("*/*.md"))
    VOCABULARY.write_text(train("\n".join(path.read_text(encoding="utf-8") for path in documents)), encoding="ascii")
