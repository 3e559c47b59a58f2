"""The only reader of the environment: every `COACH_*` variable, with its default and meaning."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from coach.errors import ServiceError

PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The folder `name` ("knowledge", "prompts") of the clone, or its copy inside an installed wheel."""
    beside = PACKAGE.parent / name
    return beside if (PACKAGE.parent / "pyproject.toml").is_file() and beside.is_dir() else PACKAGE / "_shipped" / name


class Settings(BaseSettings):
    """What a deployment may set. A variable is the field's name in capitals after `COACH_`."""

    model_config = SettingsConfigDict(env_prefix="COACH_", env_ignore_empty=True)

    knowledge: Path = Field(default_factory=lambda: shipped("knowledge"), description="folder of role documents")
    pages: Path | None = Field(default=None, description="folder of raw role pages (txt, md, html, pdf, docx) that is indexed too")
    data: Path = Field(default_factory=lambda: Path.home() / ".local" / "share" / "coach", description="folder of what the coach writes")
    index: Path | None = Field(default=None, description="folder of the index; default: `index` in the data folder")
    embedding_model: str | None = Field(
        default=None, description="a sentence-transformers name or folder; default: the all-MiniLM-L6-v2 that is installed with the coach"
    )
    chroma_url: str | None = Field(default=None, description="a Chroma server, for example http://localhost:8000; default: embedded")
    threads: int | None = Field(default=None, ge=1, description="CPU threads of the embedding model; default: all")
    host: str = Field(default="127.0.0.1", description="address on which the web page is served")
    port: int = Field(default=7860, ge=1, le=65535, description="port on which the web page is served")
    max_question_chars: int = Field(default=4000, ge=1, description="longest question that is taken, in characters")
    history_tokens: int = Field(default=2000, ge=0, description="how much of the conversation is looked back on, in tokens")

    llm: str | None = Field(
        default=None, description="a language model as provider:model, for example openai:gpt-5-mini or ollama:qwen3; none by default"
    )
    llm_base_url: str | None = Field(
        default=None, repr=False, description="an OpenAI-compatible server, for example http://localhost:8080/v1"
    )
    llm_api_key: SecretStr | None = Field(default=None, description="key for the model; by default the one in the provider's own variable")
    llm_first_token_seconds: float = Field(
        default=8.0, gt=0, description="longest wait for the beginning of the model's answer, in seconds"
    )
    llm_total_seconds: float = Field(
        default=30.0, gt=0, description="longest time for the model's whole answer with all retries, in seconds"
    )
    llm_retries: int = Field(default=2, ge=0, le=10, description="how often a busy or failing server is asked again")
    llm_pause_seconds: float = Field(
        default=60.0, ge=0, description="how long a server that failed three times on end is left alone, in seconds"
    )
    llm_temperature: float | None = Field(default=None, ge=0, le=2, description="randomness of the model; by default the provider's own")
    llm_max_tokens: int = Field(default=700, ge=1, description="longest answer of the model, in tokens")
    llm_statement_tokens: int = Field(default=2000, ge=1, description="how much of the documents the model is given, in tokens")

    database_url: SecretStr | None = Field(
        default=None,
        description="database of conversations, like postgresql://user:password@host/coach; default: a SQLite file in the data folder",
    )
    retention_days: int | None = Field(
        default=None, ge=1, description="after how many days without use conversations and practice are erased; default: they are kept"
    )
    auth: str | None = Field(
        default=None, description="who may use the page: a file made by `coach user add`, or header:NAME of a proxy; default: everybody"
    )
    trusted_proxies: str = Field(
        default="127.0.0.1,::1", description="addresses or networks, with commas between, from which header:NAME is believed"
    )

    mcp: bool = Field(default=False, description="whether programs may also use the coach as a server of the Model Context Protocol")
    hosts: str = Field(
        default="",
        description="names, with commas between, under which MCP clients reach the coach; it always answers to addresses and localhost",
    )

    @field_validator("llm", mode="after")
    @classmethod
    def _no_model(cls, value: str | None) -> str | None:
        return None if value is None or value.strip().lower() == "none" else value.strip()

    @cached_property
    def index_folder(self) -> Path:
        """Where the index is, given or by default."""
        return self.index or self.data / "index"

    @property
    def known_hosts(self) -> frozenset[str]:
        """The names of `hosts` and of `host`, in small letters."""
        return frozenset(name.strip().lower() for name in (*self.hosts.split(","), self.host) if name.strip())

    @property
    def imports_folder(self) -> Path:
        """Where imported occupations are kept."""
        return self.data / "imports"


def read_settings(**given: Any) -> Settings:
    """The settings of the environment, with what is `given` and not None instead. Raises ServiceError for a value that cannot be taken."""
    try:
        return Settings(**{key: value for key, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "COACH_" + "_".join(str(step) for step in first["loc"]).upper()
        raise ServiceError(f"{name}={first['input']}: {first['msg']}; correct the variable or unset it") from error
