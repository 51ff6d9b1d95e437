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


def undone(body, stream, sealed):
    """Return the body of the first version: what came later is taken back, the newest first, and what is sealed put in."""
    for entry in reversed(stream[1:]):
        changed = json.loads(entry["body"]) if entry["operation"] == "update" else {}
        for name, (before, _) in ((name, each) for name, each in changed.items() if name[:1] != "$"):
            body = {**body, name: before[0]} if before else {key: body[key] for key in body if key != name}
    body = {**body, **json.loads(sealed or "{}")}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def redactions(stream):
    """Return what later entries say of those out of which they have taken words: a digest by version."""
    bodies = (json.loads(entry["body"]) for entry in stream if '"$redacted"' in (entry["body"] or ""))
    return {int(version): digest for body in bodies for version, digest in body.get("$redacted", {}).items()}


def reworded(stream):
    """Return what the stream of a bulk's header says of entries whose reason lost words: a digest by id."""
    bodies = (json.loads(entry["body"]) for entry in stream if '"$bulk"' in (entry["body"] or ""))
    return {id_: digest for body in bodies for id_, digest in body["$bulk"].items()}


def digest(entry, content):
    parts = [entry["head"], *(entry[part] for part in PARTS), content, entry["batch"]]
    return hashlib.sha256(encoded(parts)).hexdigest()


def first_break(stream, row, bulks):
    head, redacted = "0" * 64, redactions(stream)
    last = json.loads(row["body"] if row else stream[-1]["body"] or "{}")
    for number, entry in enumerate(stream, 1):
        if number in redacted:
            if digest(entry, entry["body"]) != redacted[number]:
                return number
            head = entry["head"]
            continue
        content = undone(last, stream, entry["body"]) if entry["batch"] else entry["body"]
        if (
            entry["batch"] and not entry["body"] and '"$sealed"' in content
        ):  # from before there were keys: it takes these
            head = entry["head"]
            continue
        if entry["id"] in bulks.get(entry["batch"], {}):
            if bulks[entry["batch"]][entry["id"]] not in (digest(entry, content), digest(entry, None)):
                return number
            head = entry["head"]
            continue
        head = hashlib.sha256(encoded([head, *(entry[part] for part in PARTS), content])).hexdigest()
        if (entry["version"], entry["head"]) != (number, head):
            return number
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
    bulks = {id_: reworded(stream) for (kind, id_), stream in streams.items() if kind == "batch"}
    broken = {key: first_break(stream, rows.get(key), bulks) for key, stream in streams.items()}
    broken |= {key: 0 for key in rows if key not in streams}
    for (kind, id_), version in broken.items():
        if version is not None:
            print(f"{kind} {id_}: broken at version {version}")
    print(f"{len(streams)} streams checked")
    return any(version is not None for version in broken.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
