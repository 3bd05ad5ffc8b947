"""`python -m rag`, and the command `rag`."""

import sys

from rag.text.segmenter import segment_ahead


def main() -> None:
    """Run the command line. A question's Chinese words are seen to first, since loading their dictionary takes longest."""
    if sys.argv[1:2] == ["ask"]:
        segment_ahead(" ".join(sys.argv[2:]))
    from rag.cli import main as run

    run()


if __name__ == "__main__":
    main()
