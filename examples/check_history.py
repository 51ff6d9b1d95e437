"""Checks a history without handover-core: ``handover log -o history.jsonl``, then ``python check_history.py history.jsonl``.

The rules are those of docs/history.md; nothing but the standard library is used. Prints the first broken entry of each
stream and ends with 1 where there is one.
"""

import hashlib
import json
import sys

PARTS = ("tenant", "kind", "id", "version", "operation", "format", "at", "actor", "command", "reason")


def encoded(parts):
    data = (b"-:" if part is None else b"%d:" % len(str(part).encode()) + str(part).encode() for part in parts)
    return b"".join(data)


def made_of(entry, stream, row):
    """Return what an entry was made of, and whether that can be told without keys.

    For a row of a bulk it is its first state: what came later is taken back, the newest first, and what is sealed put in.
    """
    if not entry["batch"]:
        return entry["body"], True
    body, own = json.loads(row["body"] if row else "{}"), json.loads(entry["body"] or "{}")
    for later in reversed(stream[1:]):
        changed = json.loads(later["body"])
        if isinstance(changed, list):  # it crossed into another format, and holds both states
            body = changed[0]
        elif later["operation"] == "delete":
            body = body if "$redacted" in changed else changed
        else:
            for name, (before, _) in ((name, each) for name, each in changed.items() if name[:1] != "$"):
                body = {**body, name: before[0]} if before else {key: body[key] for key in body if key != name}
    sealed = '"$sealed"' in json.dumps([each for name, each in body.items() if name not in own])
    return json.dumps({**body, **own}, ensure_ascii=False, separators=(",", ":")), not sealed


def answered(stream, name):
    """Return the digests that later entries hold of those out of which they have taken words."""
    bodies = (json.loads(entry["body"]) for entry in stream if f'"{name}"' in (entry["body"] or ""))
    return {key: digest for body in bodies for key, digest in body[name].items()}


def digest(head, entry, *more):
    return hashlib.sha256(encoded([head, *(entry[part] for part in PARTS), *more])).hexdigest()


def first_break(stream, row, bulks):
    head, redacted = "0" * 64, answered(stream, "$redacted")
    for number, entry in enumerate(stream, 1):
        content, told = made_of(entry, stream, row)
        held = redacted.get(str(number)) or bulks.get(entry["batch"], {}).get(entry["id"])
        if held:
            right = held in {
                digest(entry["head"], entry, each, entry["batch"]) for each in (content, entry["body"], None)
            }
        else:
            right = entry["head"] == digest(head, entry, content)
        if entry["version"] != number or (told and not right):
            return number
        head = entry["head"]
    gone = stream[-1]["operation"] == "delete" or stream[0]["operation"] == "batch"
    return len(stream) if (row is None) != gone or (row and row["head"] != head) else None


def main(path):
    streams, rows = {}, {}
    with open(path, encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            if "row" in line:
                rows[line["row"], line["id"]] = line
            else:
                streams.setdefault((line["kind"], line["id"]), []).append(line)
    bulks = {id_: answered(stream, "$bulk") for (kind, id_), stream in streams.items() if kind == "batch"}
    broken = {key: first_break(stream, rows.get(key), bulks) for key, stream in streams.items()}
    broken |= {key: 0 for key in rows if key not in streams}
    for (kind, id_), version in broken.items():
        if version is not None:
            print(f"{kind} {id_}: broken at version {version}")
    print(f"{len(streams)} streams checked")
    return any(version is not None for version in broken.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
