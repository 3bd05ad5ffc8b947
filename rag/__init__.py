"""Ask questions of a folder of articles and get cited, verbatim passages.

    import rag

    encoder = rag.open_encoder()
    rag.build("index", ["articles"], encoder)
    index = rag.open_index("index")
    for cited in rag.answer(index, encoder, "who thinks startups can't beat big tech?").passages:
        print(cited.citation, cited.quote.text)

Names are loaded when first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from rag.answers import Answer, answer
    from rag.building import build_from as build
    from rag.citations import open_citation
    from rag.citations import parse as parse_citation
    from rag.encoders import Encoder, open_encoder
    from rag.errors import RagError
    from rag.index import Index, open_index
    from rag.locating import Place, locate
    from rag.retrieval import search
    from rag.types import Citation
    from rag.verifying import Verification, verify

_PLACES = {
    "Answer": "answers.Answer",
    "Citation": "types.Citation",
    "Encoder": "encoders.Encoder",
    "Index": "index.Index",
    "Place": "locating.Place",
    "RagError": "errors.RagError",
    "Verification": "verifying.Verification",
    "answer": "answers.answer",
    "build": "building.build_from",
    "locate": "locating.locate",
    "open_citation": "citations.open_citation",
    "open_encoder": "encoders.open_encoder",
    "open_index": "index.open_index",
    "parse_citation": "citations.parse",
    "search": "retrieval.search",
    "verify": "verifying.verify",
}

__all__ = [
    "Answer",
    "Citation",
    "Encoder",
    "Index",
    "Place",
    "RagError",
    "Verification",
    "__version__",
    "answer",
    "build",
    "locate",
    "open_citation",
    "open_encoder",
    "open_index",
    "parse_citation",
    "search",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    module, attribute = _PLACES[name].split(".")
    return getattr(import_module(f"rag.{module}"), attribute)
