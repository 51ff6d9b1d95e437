"""Checks a history without handover-core: ``handover log -o history.jsonl``, then ``python check_history.py history.jsonl``.

The rules are those of docs/history.md; nothing is used but the standard library and `check_chain.py` beside it, which tells
how heads are made. Prints the first broken entry of each stream (0 where it cannot be played at all) and ends with 1 where
there is one: a head that does not follow, a gap, an instant that goes back, a row that is not what its entries say, a bulk
that is short or without its header. Not checked are what takes keys (sealed values, marks of redactions) and what takes a
seal: that no end of a stream, and no whole stream besides a bulk's, is missing.
"""

import collections
import json
import sys

from check_chain import answered, first_state, follows, side


def agree(said, found):
    """Tell whether two values are the same, as far as one can see without keys."""
    if any(isinstance(each, dict) and "$sealed" in each for each in (said, found)):
        return True
    if isinstance(said, dict) and isinstance(found, dict):
        return said.keys() == found.keys() and all(agree(said[name], found[name]) for name in said)
    if isinstance(said, list) and isinstance(found, list):
        return len(said) == len(found) and all(map(agree, said, found))
    return json.dumps(said) == json.dumps(found)


def is_as_said(row, stream, body):
    """Tell whether a row is what follows from the state after the first entry."""
    last = stream[-1]
    if last["operation"] == "delete" or stream[0]["operation"] == "batch":
        return row is None
    for later in stream[1:]:
        body = side(body, json.loads(later["body"]), 1)
    same = row and all(row[part] == last[part] for part in ("version", "format", "at", "head"))
    return same and agree(body, json.loads(row["body"]))


def crosses(stream, number):
    """Tell whether an entry holds both states, as one does exactly where the format is another one than before."""
    entry, before = stream[number - 1], stream[number - 2]
    return isinstance(json.loads(entry["body"] or "{}"), list) == (number > 1 and entry["format"] != before["format"])


def came_with(entry, number, header, held):
    """Tell whether an entry may have come in a bulk: as a new row, and as its header says that all of them came."""
    if number != 1 or entry["operation"] != "insert" or entry["kind"] == "batch":
        return False
    same = ("at", "actor", "command") if held else ("at", "actor", "command", "reason")
    rows = json.loads(header["body"])["kind"] if header else entry["kind"]
    return entry["kind"] == rows and (header is None or all(entry[part] == header[part] for part in same))


def first_break(stream, row, bulks, headers):
    head, at, redacted, state = "0" * 64, None, answered(stream, "$redacted"), first_state(stream, row)
    for number, entry in enumerate(stream, 1):
        held = redacted.get(str(number)) or bulks.get(entry["batch"], {}).get(entry["id"])
        came = crosses(stream, number)
        if entry["batch"] is not None:
            came = came and came_with(entry, number, headers.get(entry["batch"], [None])[0], held)
        in_turn = entry["version"] == number and (at is None or entry["at"] >= at)
        if not (came and in_turn and follows(head, entry, state, held)):
            return number
        head, at = entry["head"], entry["at"]
    return None if is_as_said(row, stream, state) else len(stream)


def readable(make, *given, otherwise):
    try:
        return make(*given)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):  # it says what nobody could have done
        return otherwise


def placed(text):
    """Return a line with the stream that it belongs to; raise what `readable` knows where it says none."""
    line = json.loads(text)
    key = line.get("row") or line["kind"], line["id"]
    if {type(each) for each in key} != {str} or type(line["version"]) is not int:
        raise TypeError(key)
    return line, key


def main(path):
    streams, rows, odd = collections.defaultdict(dict), {}, []
    with open(path, encoding="utf-8") as lines:
        for number, text in enumerate(lines, 1):
            line, key = readable(placed, text, otherwise=(None, None))
            if line is None:
                odd.append(number)
                continue
            if "row" in line:
                rows[key] = line
                continue
            if line["version"] in streams[key]:  # it comes again: the later counts, with the row after it or without
                streams[key].clear()
                rows.pop(key, None)
            streams[key][line["version"]] = line
    ordered = {key: [entries[version] for version in sorted(entries)] for key, entries in streams.items()}
    headers = {id_: stream for (kind, id_), stream in ordered.items() if kind == "batch"}
    bulks = {id_: readable(answered, stream, "$bulk", otherwise={}) for id_, stream in headers.items()}
    broken = {
        key: readable(first_break, stream, rows.get(key), bulks, headers, otherwise=0)
        for key, stream in ordered.items()
    }
    broken |= {key: 0 for key in rows if key not in ordered}
    came = collections.Counter(
        entry["batch"] for stream in ordered.values() for entry in stream if entry["batch"] is not None
    )
    first = {id_: stream[0]["body"] for id_, stream in headers.items() if stream[0]["version"] == 1}
    told = {id_: readable(lambda text: json.loads(text)["count"], body, otherwise=None) for id_, body in first.items()}
    broken |= {("batch", id_): 1 for id_ in came.keys() | told.keys() if came[id_] != told.get(id_)}
    for (kind, id_), version in broken.items():
        if version is not None:
            print(f"{kind} {id_}: broken at version {version}")
    for number in odd:
        print(f"line {number}: no entry and no row")
    print(f"{len(streams)} streams checked")
    return bool(odd) or any(version is not None for version in broken.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
