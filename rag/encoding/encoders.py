"""Sentence encoders: text in, unit vectors out.

`use-multilingual-v3`, the default, is Google's multilingual Universal Sentence Encoder (Yang et al., 2019), with its
weights inside a Python package: no download and no torch. Any sentence-transformers model goes by its id or folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rag.errors import IndexMismatch, InputError

Vectors = npt.NDArray[np.float32]
EMBEDDED = "use-multilingual-v3"


class Encoder(Protocol):
    """Turns texts into vectors. Rows have unit length, so that the inner product of two is their cosine."""

    @property
    def model(self) -> Model:
        """What identifies the encoder; kept with every index it made."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), dimension), one unit row a text, in order."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """The same for questions, which some models want marked."""


@dataclass(frozen=True, slots=True)
class Model:
    """An encoder's identity: two encoders with equal Models give vectors that may be compared."""

    name: str
    dimension: int
    fingerprint: str
    query_prompt: str = ""
    passage_prompt: str = ""

    def to_json(self) -> dict[str, Any]:
        """A JSON object with one key a field."""
        return asdict(self)

    def require(self, other: Model) -> None:
        """Raise IndexMismatch, saying what to do, unless `other` is this very model."""
        if self != other:
            mine, its = self.to_json(), other.to_json()
            differing = next(name for name in mine if mine[name] != its[name])
            rebuild = f"rebuild with 'rag index --rebuild --model {other.name}'."
            if differing == "name":
                raise IndexMismatch(
                    f"the index was made with model {self.name}, not {other.name}; ask with --model {self.name}, or {rebuild}"
                )
            raise IndexMismatch(
                f"the index was made with another state of model {self.name} ({differing.replace('_', ' ')} "
                f"{mine[differing]!r}, now {its[differing]!r}); {rebuild}"
            )


class UseEncoder:
    """The embedded encoder; 512 dimensions, 16 languages, runs on the cores there are."""

    def __init__(self) -> None:
        from rag.encoding.use import UseModel

        self._use = UseModel.open()
        self.model = Model(EMBEDDED, self._use.dimension, self._use.fingerprint)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), 512), unit rows."""
        return self._use.encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """The same: this model has one space and no prompts."""
        return self._use.encode(texts)


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by hub id or local folder.

    Prompts are put before each text; where none is given, the model's own "query" and "passage" (or "document") prompts
    count. Raises InputError when the library or the model is not there.
    """

    def __init__(
        self,
        name: str,
        *,
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        batch_size: int = 32,
        device: str | None = None,
        progress: bool = False,
    ) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise InputError(
                f"model {name}: models other than {EMBEDDED} need the package sentence-transformers: pip install sentence-transformers."
            ) from error
        from transformers.utils import logging  # type: ignore[import-not-found,unused-ignore]

        if not progress:
            logging.disable_progress_bar()
        try:
            try:
                self._transformer = SentenceTransformer(name, device=device, local_files_only=True)
            except OSError:  # not on this machine
                self._transformer = SentenceTransformer(name, device=device)
        except Exception as error:
            reason = str(error).strip().split("\n")[0].rstrip(".")
            raise InputError(
                f"model {name}: cannot be loaded ({reason}); give a model folder, or a model id and a way to the hub."
            ) from error
        own = dict(self._transformer.prompts or {})
        self._batch_size = batch_size
        self._progress = progress
        self.model = Model(
            name,
            len(self._transformer.encode("")),
            _fingerprint(self._transformer),
            query_prompt if query_prompt is not None else own.get("query") or "",
            passage_prompt if passage_prompt is not None else own.get("passage") or own.get("document") or "",
        )

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), dimension), unit rows, each text behind the passage prompt."""
        return self._encode([self.model.passage_prompt + text for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """The same behind the query prompt."""
        return self._encode([self.model.query_prompt + text for text in texts])

    def _encode(self, texts: list[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.model.dimension), np.float32)
        vectors = self._transformer.encode(
            texts,
            batch_size=self._batch_size,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=self._progress and len(texts) > self._batch_size,
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)


def _fingerprint(transformer: Any) -> str:
    """16 hexadecimal digits over the kinds of layers, how they pool, the longest input, and of every tensor name, shape
    and up to 1,024 values spread over it; the same on any device."""
    hashed = hashlib.sha256(f"{transformer.max_seq_length}".encode())
    for module in transformer:
        pooling = {name: value for name, value in sorted(vars(module).items()) if name.startswith("pooling_mode")}
        hashed.update(f"{type(module).__name__}{pooling}".encode())
    for name, tensor in sorted(transformer.state_dict().items()):
        flat = tensor.flatten()
        hashed.update(f"{name}{tuple(tensor.shape)}".encode())
        hashed.update(flat[:: max(1, len(flat) // 1024)].float().cpu().numpy().tobytes())
    return hashed.hexdigest()[:16]


def open_encoder(
    name: str = EMBEDDED,
    *,
    query_prompt: str | None = None,
    passage_prompt: str | None = None,
    batch_size: int = 32,
    device: str | None = None,
    progress: bool = False,
) -> Encoder:
    """The encoder of that name. Prompts, batch size, device and progress bar are for sentence-transformers models."""
    if name == EMBEDDED:
        if query_prompt or passage_prompt or device not in (None, "cpu"):
            raise InputError(f"{EMBEDDED} takes no prompts and runs on the CPU; name a sentence-transformers model with --model.")
        return UseEncoder()
    return SentenceTransformerEncoder(
        name,
        query_prompt=query_prompt,
        passage_prompt=passage_prompt,
        batch_size=batch_size,
        device=device,
        progress=progress,
    )


__all__ = ["EMBEDDED", "Encoder", "Model", "SentenceTransformerEncoder", "UseEncoder", "Vectors", "open_encoder"]
