"""What can go wrong, as one tree.

    RagError                 every error this package raises on purpose; the command line exits with 2
    ├── InputError           a path, question, option or citation that cannot be used
    ├── ArticleError         one article file that cannot be read; a run reports it and goes on
    ├── EndpointError        a language model that the user named cannot be reached or does not answer
    └── IndexProblem         the index folder
        ├── IndexMissing     there is no index there
        ├── IndexCorrupt     a file of the index is damaged or gone
        └── IndexMismatch    built by another format version, model or setting

Each message is one sentence that names the file or value at fault and the way out.
"""


class RagError(Exception):
    """Base of all errors raised on purpose."""


class InputError(RagError):
    """A path, question, option or citation that cannot be used."""


class ArticleError(RagError):
    """An article file that cannot be read."""


class EndpointError(RagError):
    """A language model's address that cannot be reached, refuses, or answers in no way we know."""


class IndexProblem(RagError):
    """Base of the errors about an index folder."""


class IndexMissing(IndexProblem):
    """There is no index at the given place."""


class IndexCorrupt(IndexProblem):
    """A file of the index is damaged or missing."""


class IndexMismatch(IndexProblem):
    """The index was built by another format version, model or setting."""


__all__ = [
    "ArticleError",
    "EndpointError",
    "IndexCorrupt",
    "IndexMismatch",
    "IndexMissing",
    "IndexProblem",
    "InputError",
    "RagError",
]
