"""Seconds, memory and throughput, with the plain LangChain pipeline beside ours in the same run.

Machines differ and are noisy: the ratios count, not the seconds.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from coach.coach import Coach
from coach.errors import CoachError
from coach.index.embedding import SentenceTransformerEmbedder, default_model_folder
from coach.index.vectors import VectorStore
from coach.ingest import Inputs, collect
from coach.settings import Settings

# Questions as people ask them, of every kind of answer and both languages.
QUESTIONS = (
    "How much does a backend developer earn in Germany?",
    "¿Cuánto cobra una analista de datos en Francia?",
    "what skills do i need for devops",
    "qué herramientas usa un devops",
    "do I need a degree to be a data analyst?",
    "¿puedo trabajar en remoto como desarrollador backend?",
    "How do I prepare for a data analyst interview?",
    "errores comunes en el cv de backend",
    "what does a devops engineer do all day",
    "What salary can I expect?",
    "¿Qué tiempo hace en Madrid?",
    "backnd enginer salery germny",
)
ROUNDS = 5


def measure_speed(settings: Settings) -> dict[str, Any]:
    """The figures by name: seconds of answers, of the command line, chunks per second of both pipelines, memory in MB."""
    with Coach.open(settings) as coach:
        for question in QUESTIONS:
            coach.ask(question)
        seconds = sorted(_timed(partial(coach.ask, question)) for _ in range(ROUNDS) for question in QUESTIONS)
    ours, plain = _ingest_rates(settings)
    return {
        "answers": len(seconds),
        "answer_p50_ms": round(1000 * statistics.median(seconds), 1),
        "answer_p95_ms": round(1000 * seconds[int(0.95 * (len(seconds) - 1))], 1),
        "help_s": round(_command("--help"), 2),
        "cold_ask_s": round(_command("ask", QUESTIONS[0], "--index", str(settings.index_folder)), 2),
        "ingest_chunks_per_s": round(ours, 1),
        "langchain_chunks_per_s": round(plain, 1),
        "ingest_ratio": round(ours / plain, 2),
    }


def _timed(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def _command(*arguments: str) -> float:
    """Seconds of one run of the command line in a process of its own."""
    command = [sys.executable, "-c", "from coach.cli import main; main()", *arguments]
    return _timed(lambda: subprocess.run(command, check=True, capture_output=True, env=os.environ))


def _ingest_rates(settings: Settings) -> tuple[float, float]:
    """Chunks per second, embedded and written to Chroma, of ours and of plain LangChain, on the same texts, models loaded before."""
    from coach.index.chunking import chunk_role

    embedder = SentenceTransformerEmbedder.open(settings.embedding_model, settings.threads)
    chunks = [chunk for role in collect(settings, Inputs(settings.knowledge, None)).roles for chunk in chunk_role(role, embedder)]
    texts = [chunk.embedding_text for chunk in chunks]
    ids = [chunk.id for chunk in chunks]
    embedder.embed(texts[:80])
    with tempfile.TemporaryDirectory() as folder:
        ours = len(texts) / _timed(lambda: _write_ours(embedder, texts, ids, Path(folder)))
    return ours, len(texts) / _plain_seconds(settings, texts, ids)


def _write_ours(embedder: SentenceTransformerEmbedder, texts: Sequence[str], ids: Sequence[str], folder: Path) -> None:
    store = VectorStore.create("speed", folder)
    store.add(ids, embedder.embed(texts), [{"n": str(number)} for number in range(len(ids))], texts)
    store.close()


def _plain_seconds(settings: Settings, texts: Sequence[str], ids: Sequence[str]) -> float:
    """What LangChain's own `HuggingFaceEmbeddings` and `Chroma.from_documents` take for the same."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document

    try:
        from langchain_huggingface import HuggingFaceEmbeddings
    except ImportError as error:
        raise CoachError("coach bench speed: langchain-huggingface is not installed; run `make test` once, which installs it") from error

    embeddings = HuggingFaceEmbeddings(model_name=settings.embedding_model or str(default_model_folder()), model_kwargs={"device": "cpu"})
    embeddings.embed_documents(list(texts[:80]))
    documents = [Document(text, id=one, metadata={"n": one}) for text, one in zip(texts, ids, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        return _timed(lambda: Chroma.from_documents(documents, embeddings, persist_directory=folder))
