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
    from rag.answering.answers import Answer, answer
    from rag.citation.citations import open_citation
    from rag.citation.citations import parse as parse_citation
    from rag.citation.locating import Place, locate
    from rag.citation.verifying import Verification, verify
    from rag.encoding.encoders import Encoder, open_encoder
    from rag.errors import RagError
    from rag.indexing.building import build_from as build
    from rag.indexing.index import Index, open_index
    from rag.retrieval.search import search
    from rag.types import Citation

_PLACES = {
    "Answer": "answering.answers.Answer",
    "Citation": "types.Citation",
    "Encoder": "encoding.encoders.Encoder",
    "Index": "indexing.index.Index",
    "Place": "citation.locating.Place",
    "RagError": "errors.RagError",
    "Verification": "citation.verifying.Verification",
    "answer": "answering.answers.answer",
    "build": "indexing.building.build_from",
    "locate": "citation.locating.locate",
    "open_citation": "citation.citations.open_citation",
    "open_encoder": "encoding.encoders.open_encoder",
    "open_index": "indexing.index.open_index",
    "parse_citation": "citation.citations.parse",
    "search": "retrieval.search.search",
    "verify": "citation.verifying.verify",
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
    module, _, attribute = _PLACES[name].rpartition(".")
    return getattr(import_module(f"rag.{module}"), attribute)
