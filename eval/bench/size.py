"""How large an installation is: the packages of an interpreter, largest first.

    python eval/bench/size.py [--python VENV/bin/python] [--limit 350]

Counts the files in site-packages, pip, setuptools and compiled bytecode apart. Exit code 1 above the limit.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from pathlib import Path

INSTALLERS = ("pip", "setuptools", "pkg_resources", "_distutils_hack")


def sizes(site: Path) -> tuple[Counter[str], int]:
    """Bytes by top-level name without bytecode, and the bytes of bytecode."""
    found: Counter[str] = Counter()
    bytecode = 0
    for path in site.rglob("*"):
        if path.is_file() and not path.is_symlink():
            size = path.stat().st_size
            if path.suffix == ".pyc":
                bytecode += size
            else:
                found[path.relative_to(site).parts[0]] += size
    return found, bytecode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--limit", type=float, help="most megabytes (MiB) allowed, bytecode included")
    args = parser.parse_args()
    code = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    site = Path(subprocess.run([args.python, "-c", code], capture_output=True, text=True, check=True).stdout.strip())
    found, bytecode = sizes(site)
    own = {name: size for name, size in found.items() if not name.startswith(INSTALLERS)}
    for name, size in sorted(own.items(), key=lambda item: -item[1])[:12]:
        print(f"{size / 2**20:8.1f} MiB  {name}")
    total = (sum(own.values()) + bytecode) / 2**20
    print(f"{total:8.1f} MiB  in all, of which bytecode {bytecode / 2**20:.1f}")
    return int(bool(args.limit) and total > args.limit)


if __name__ == "__main__":
    sys.exit(main())
