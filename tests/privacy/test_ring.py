"""Keys are made once, renewed, wrapped anew and destroyed; what was sealed opens until then, and never after."""

from __future__ import annotations

import json
import sqlite3
import stat
import sys
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from handover_core.errors import SealBroken, StorageUnavailable, Unsealable
from handover_core.history.sealed import Token
from handover_core.storage.vault import PersonKeys
from handover_core_keys import KeyRing, KeyTable, MasterKeys
from handover_core_keys.table import Entry, WrappedKey
from handover_core_sql import SqlStore

TENANT = "company"
PLACE = "employee/name"


def keys_of(ring: KeyRing, subject: str = "p1") -> PersonKeys:
    keys = ring.person(TENANT, subject)
    assert keys is not None
    return keys


def sealed(ring: KeyRing, text: str = "王芳", subject: str = "p1") -> Token:
    ring.prepare(TENANT, (subject,))
    return keys_of(ring, subject).seal(PLACE, text)


def test_what_was_sealed_is_opened(ring: KeyRing) -> None:
    token = sealed(ring)
    assert "王芳" == keys_of(ring).unseal(PLACE, token)
    assert token == sealed(ring), "the same text makes the same token"
    assert token.text != sealed(ring, subject="p2").text


def test_a_token_opens_at_its_own_place_only(ring: KeyRing) -> None:
    token = sealed(ring)
    for wrong in (Token("p1", token.number, token.text[:-4] + "AAA="), Token("p1", token.number, "no base64")):
        with pytest.raises(SealBroken):
            keys_of(ring).unseal(PLACE, wrong)
    with pytest.raises(Unsealable):
        keys_of(ring).unseal("employee/email", token)
    with pytest.raises(Unsealable, match="not in this ring"):
        keys_of(ring).unseal(PLACE, Token("p1", token.number + 1, token.text))
    with pytest.raises(Unsealable, match="not in this ring"):
        keys_of(ring, "stranger").unseal(PLACE, token)


def test_a_destroyed_key_is_gone_for_ever(ring: KeyRing, tmp_path: Path) -> None:
    sealed(ring)
    before = stored(tmp_path)
    mine = sa.text("SELECT wrapped FROM handover_person_key WHERE subject = 'p1'")
    with sa.create_engine(f"sqlite:///{tmp_path / 'keys.db'}").connect() as connection:
        (wrapped,) = (json.loads(text)[0][2].encode() for text in connection.execute(mine).scalars())
    ring.destroy(TENANT, "p1")
    ring.destroy(TENANT, "p1")
    ring.prepare(TENANT, ("p1",))
    assert ring.person(TENANT, "p1") is None
    assert ring.person("another company", "p1") is not None
    with sa.create_engine(f"sqlite:///{tmp_path / 'keys.db'}").connect() as connection:
        assert ["[]"] == connection.execute(mine).scalars().all()
    assert wrapped in before
    assert wrapped not in stored(tmp_path), "its bytes were overwritten"


def stored(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("keys.db*"))


def test_a_person_who_never_had_a_key_can_be_erased(ring: KeyRing) -> None:
    ring.destroy(TENANT, "p9")
    assert ring.person(TENANT, "p9") is None


def test_a_renewed_key_seals_from_now_on_and_the_old_one_still_opens(ring: KeyRing) -> None:
    old = sealed(ring)
    ring.renew(TENANT, "p1")
    new = sealed(ring)
    assert old.number != new.number
    assert new == sealed(ring), "also where it is read again"
    assert ["王芳", "王芳"] == [keys_of(ring).unseal(PLACE, token) for token in (old, new)]
    ring.destroy(TENANT, "p1")
    ring.renew(TENANT, "p1")
    assert ring.person(TENANT, "p1") is None


def test_a_key_that_was_lost_with_its_table_is_missing_and_not_taken_for_another(
    tmp_path: Path, ring: KeyRing, master: MasterKeys
) -> None:
    """Keys brought back from a backup: whoever came after it gets a new key, which is not the one that sealed."""
    sealed(ring, subject="p0")
    ring.close()
    before = (tmp_path / "keys.db").read_bytes()
    token = sealed(ring)
    ring.renew(TENANT, "p0")
    renewed = sealed(ring, subject="p0")
    ring.close()
    for path in tmp_path.glob("keys.db*"):
        path.unlink()
    (tmp_path / "keys.db").write_bytes(before)
    restored = KeyRing(KeyTable.in_file(tmp_path / "keys.db"), master)
    restored.renew(TENANT, "p0")
    for subject, old in (("p1", token), ("p0", renewed)):
        new = sealed(restored, subject=subject)
        assert old.number != new.number
        with pytest.raises(Unsealable, match="not in this ring") as raised:
            keys_of(restored, subject).unseal(PLACE, old)
        assert not isinstance(raised.value, SealBroken)
        assert "王芳" == keys_of(restored, subject).unseal(PLACE, new)
    restored.close()


def test_keys_that_were_numbered_in_order_go_on(tmp_path: Path, ring: KeyRing, master: MasterKeys) -> None:
    """As earlier versions numbered them: they open, the last one seals, and a renewed one comes behind them."""
    assert ring.id
    plain = [bytes([number]) * 64 for number in (1, 2)]
    keys = tuple(WrappedKey(number, master.current, master.wrap(plain[number - 1])) for number in (1, 2))
    KeyTable.in_file(tmp_path / "keys.db").add(TENANT, {"p1": Entry(1, keys)})
    second = sealed(ring)
    first = AESSIV(plain[0]).encrypt("王芳".encode(), [PLACE.encode()])
    assert 2 == second.number
    ring.renew(TENANT, "p1")
    third = sealed(ring)
    assert third.number not in {1, 2}
    tokens = (Token("p1", 1, b64encode(first).decode()), second, third)
    assert {"王芳"} == {keys_of(ring).unseal(PLACE, token) for token in tokens}
    ring.rewrap()
    assert third == sealed(ring)


def test_all_keys_can_be_wrapped_with_another_master_key(tmp_path: Path, ring: KeyRing, master: MasterKeys) -> None:
    tokens = [sealed(ring, subject=f"p{number}") for number in range(3)]
    ring.destroy(TENANT, "p2")
    old = bytes.fromhex((tmp_path / "master.key").read_text())
    both = KeyRing(KeyTable.in_file(tmp_path / "keys.db"), MasterKeys({master.current: old, "next": bytes(64)}, "next"))
    assert (3, 0) == (both.rewrap(), both.rewrap()), "of two persons and of the company"
    alone = KeyRing(KeyTable.in_file(tmp_path / "keys.db"), MasterKeys({"next": bytes(64)}, "next"))
    assert "王芳" == keys_of(alone, "p0").unseal(PLACE, tokens[0])
    assert alone.person(TENANT, "p2") is None
    with pytest.raises(StorageUnavailable, match="missing"):
        keys_of(ring, "p0").unseal(PLACE, tokens[0])
    wrong = KeyRing(KeyTable.in_file(tmp_path / "keys.db"), MasterKeys({"next": bytes([1]) * 64}, "next"))
    with pytest.raises(StorageUnavailable, match="another one"):
        keys_of(wrong, "p0").unseal(PLACE, tokens[0])
    for each in (both, alone, wrong):
        each.close()


def test_many_threads_make_one_key(ring: KeyRing) -> None:
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda _: sealed(ring), range(16)))
    assert 1 == len(set(tokens))


def test_a_blind_digest_tells_equal_texts_and_nothing_else(ring: KeyRing) -> None:
    first = ring.blind(TENANT, PLACE, "0042")
    assert first == ring.blind(TENANT, PLACE, "0042")
    others = [ring.blind("other", PLACE, "0042"), ring.blind(TENANT, "x", "0042"), ring.blind(TENANT, PLACE, "0043")]
    assert 4 == len({first, *others})
    assert 43 == len(first)


def test_a_master_key_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "master.key"
    first = MasterKeys.from_file(path)
    if sys.platform != "win32":
        assert stat.S_IRUSR | stat.S_IWUSR == stat.S_IMODE(path.stat().st_mode)
    assert bytes(64) == MasterKeys.from_file(path).unwrap(first.current, first.wrap(bytes(64)))
    assert [path] == list(path.parent.iterdir())
    for text in ("", "zz", "00" * 63):
        path.write_text(text)
        with pytest.raises(StorageUnavailable, match="128 hexadecimal digits"):
            MasterKeys.from_file(path)


def test_a_backup_that_knows_somebody_has_the_key_of_the_digests(
    tmp_path: Path, ring: KeyRing, master: MasterKeys
) -> None:
    """Another one would be made otherwise, and call what the lost one has marked forged."""
    ring.prepare(TENANT, ("p1",))
    with closing(sqlite3.connect(tmp_path / "keys.db")) as now, closing(sqlite3.connect(tmp_path / "old.db")) as old:
        now.backup(old)
    marked = ring.blind(TENANT, PLACE, "0042")
    back = KeyRing(KeyTable.in_file(tmp_path / "old.db"), master)
    assert marked == back.blind(TENANT, PLACE, "0042")
    back.close()


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such modes")
def test_the_file_of_the_keys_is_its_owners_alone(tmp_path: Path, master: MasterKeys) -> None:
    """They are wrapped; who is in it, and in which company, is not."""
    ring = KeyRing(KeyTable.in_file(tmp_path / "keys.db"), master)
    ring.prepare(TENANT, ("p1",))
    assert {0o600} == {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.glob("keys.db*")}
    ring.close()


def test_keys_that_cannot_be_read_are_no_traceback(tmp_path: Path, master: MasterKeys) -> None:
    (tmp_path / "keys.db").write_bytes(b"this is no database at all, but a text of some length" * 20)
    ring = KeyRing(KeyTable.in_file(tmp_path / "keys.db"), master)
    with pytest.raises(StorageUnavailable, match="the keys"):
        ring.prepare(TENANT, ("p1",))
    ring.close()


def test_the_keys_may_stand_in_a_table_of_any_database(
    blank_database: Callable[..., SqlStore], master: MasterKeys
) -> None:
    """Made where it is missing, by two at once; ids that differ in case are two persons."""
    engine = blank_database()._engine
    with ThreadPoolExecutor(4) as pool:
        rings = [KeyRing(KeyTable(engine), master) for _ in range(4)]
        assert 1 == len(set(pool.map(lambda each: each.id, rings)))
        tokens = set(pool.map(sealed, rings))
    assert 1 == len(tokens)
    ring = rings[0]
    assert sealed(ring, subject="P1") not in tokens
    ring.prepare(TENANT, [f"many {number}" for number in range(600)])
    assert 0 == ring.rewrap()
    ring.destroy(TENANT, "p1")
    ring.destroy(TENANT, "stranger")
    assert [None, None] == [ring.person(TENANT, each) for each in ("p1", "stranger")]
    assert "王芳" == keys_of(ring, "P1").unseal(PLACE, sealed(ring, subject="P1"))
