"""Checks the hash chain of a history without handover-core: ``handover log -o history.jsonl``, then this, with that file.

It prints kind, id and version of the first entry of each stream whose head does not follow, and ends with 1 where there is
one. The rules are those of docs/history.md; `check_history.py` goes on from here: rows, bulks, the order of time, streams
that were written again while people went on working, and what nobody could have written.
"""

import collections
import hashlib
import json
import sys

PARTS = ("tenant", "kind", "id", "version", "operation", "format", "at", "actor", "command", "reason")


def digest(head, entry, *more):
    texts = (None if part is None else str(part).encode() for part in (head, *map(entry.get, PARTS), *more))
    return hashlib.sha256(
        b"".join(b"-:" if text is None else b"%d:%b" % (len(text), text) for text in texts)
    ).hexdigest()


def side(body, changed, which):
    """Return the state on one side of an update, 0 for before it and 1 for after it, from the state on the other."""
    if isinstance(changed, list):  # it crossed into another format, and holds both states
        return changed[which]
    for name, sides in ((name, sides) for name, sides in changed.items() if name[:1] != "$"):
        body = {**body, name: sides[which][0]} if sides[which] else {key: body[key] for key in body if key != name}
    return body


def first_state(stream, row):
    """Return the state after the first entry; for a row of a bulk by taking back what came later, the newest first."""
    own = json.loads(stream[0]["body"] or "{}")
    if stream[0]["batch"] is None:
        return own[1] if isinstance(own, list) else own
    body = json.loads(row["body"] if row else "{}")
    for later in reversed(stream[1:]):
        changed = json.loads(later["body"])
        gone = later["operation"] == "delete"
        body = (body if "$redacted" in changed else changed) if gone else side(body, changed, 0)
    return {**body, **own}


def answered(stream, name):
    """Return the digests that later entries hold of those out of which they have taken words."""
    bodies = (json.loads(entry["body"]) for entry in stream if f'"{name}"' in (entry["body"] or ""))
    return {key: each for body in bodies for key, each in body[name].items()}


def follows(head, entry, state, held):
    """Tell whether an entry is what its head says, or what was ``held`` of it when words were taken out, as far as one can."""
    content, own = entry["body"], json.loads(entry["body"] or "{}")
    if entry["batch"] is not None:  # made of its first state, which cannot be told where later ones hold it sealed
        content = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
        if '"$sealed"' in json.dumps([each for name, each in state.items() if name not in own]):
            return True
    if held is None:
        return entry["head"] == digest(head, entry, content)
    return held in {digest(entry["head"], entry, each, entry["batch"]) for each in (content, entry["body"], None)}


def first_break(stream, row, bulks):
    head, state, redacted = "0" * 64, first_state(stream, row), answered(stream, "$redacted")
    for entry in stream:
        held = redacted.get(str(entry["version"])) or bulks.get(entry["batch"], {}).get(entry["id"])
        if not follows(head, entry, state, held):
            return entry["version"]
        head = entry["head"]
    return None


def main(path):
    streams, rows = collections.defaultdict(list), {}
    with open(path, encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            if "row" in line:
                rows[line["row"], line["id"]] = line
            else:
                streams[line["kind"], line["id"]].append(line)
    bulks = {id_: answered(stream, "$bulk") for (kind, id_), stream in streams.items() if kind == "batch"}
    found = {key: first_break(stream, rows.get(key), bulks) for key, stream in streams.items()}
    broken = [(*key, version) for key, version in found.items() if version is not None]
    print(*broken, f"{len(streams)} streams checked", sep="\n")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
