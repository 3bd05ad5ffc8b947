"""`rag speakers`: who is quoted, and what one says."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.cli.shell import IndexDir, Json, app, put
from rag.locations import DEFAULT_INDEX


@app.command(epilog='Examples:  rag speakers   ·   rag speakers 程浩   ·   rag speakers "Cheng Hao" --json | jq -r .citation')
def speakers(
    name: Annotated[
        str | None, typer.Argument(help="A speaker, in any script or in pinyin; none lists all.", show_default=False)
    ] = None,
    index: IndexDir = DEFAULT_INDEX,
    as_json: Json = False,
) -> None:
    """List the speakers with their roles, or all that one says, in order, with citations.

    With --json one object a speaker, or one an utterance where a speaker is named.
    """
    from rag.answering.holders import speaker_json
    from rag.answering.sayings import sayings
    from rag.indexing.index import open_index
    from rag.indexing.speakers import find_profile, profiles

    opened = open_index(index)
    if name is None:
        found = profiles(opened)
        if as_json:
            for profile in found:
                put({**speaker_json(profile.speaker), "utterances": len(profile.utterances)})
            return
        from rag.presentation import show

        show.speakers(found, show.console())
        return
    profile = find_profile(opened, name)
    said = sayings(opened, profile)
    if as_json:
        for saying in said:
            put({"speaker": profile.speaker.name, "role": profile.speaker.role, **saying.to_json()})
        return
    from rag.presentation import show

    show.sayings(profile, said, show.console())
