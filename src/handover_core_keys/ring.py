"""The ring of keys: AES-SIV (RFC 5297) with a key for each person, wrapped, renewed and destroyed one by one."""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Collection, Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from handover_core.errors import InvalidInput, SealBroken, StorageUnavailable, Unsealable
from handover_core.history.sealed import Token
from handover_core.storage.vault import PersonKeys
from handover_core.texts import Text
from handover_core_keys.table import Entry, KeyTable, WrappedKey
from handover_core_keys.wrapping import Wrapper

KEY_BYTES = 64
"""Two keys of 256 bits each, as AES-SIV takes them."""
_LEAST_NUMBER = 1 << 47
"""Below it are the numbers 1, 2, 3, … by which earlier versions called a person's keys."""
_ATTEMPTS = 20
_COMPANY = ""
"""Whose key blinds: no person has this id."""

NO_KEY = Text("its key is not in this ring", "此密钥库中没有对应密钥")
TAMPERED = Text("it was changed, or stands where it was not sealed", "内容已被更改，或不在封存时的位置")


class KeyRing:
    """A `handover_core.storage.Vault` over a table of wrapped keys. One instance may serve many threads."""

    def __init__(self, table: KeyTable, wrapper: Wrapper) -> None:
        self._table = table
        self._wrapper = wrapper
        self._blinding: dict[str, bytes] = {}

    @property
    def id(self) -> str:
        """See `Vault.id`."""
        return self._table.id

    def prepare(self, tenant: str, subjects: Collection[str], /) -> Mapping[str, PersonKeys | None]:
        """See `Vault.prepare`."""
        wanted = list(subjects)
        for _ in range(_ATTEMPTS):
            found = self._table.read(tenant, wanted)
            missing = {subject: (_number(), _key()) for subject in wanted if subject not in found}
            if missing and not self._table.read(tenant, [_COMPANY]):
                # With the first of them: a backup of the table that knows somebody knows this key, too.
                missing[_COMPANY] = _number(), _key()
            entries = {subject: Entry(1, (self._wrapped(*made),)) for subject, made in missing.items()}
            if not missing or self._table.add(tenant, entries):
                known = {subject: self._of(subject, entry) for subject, entry in found.items()}
                return {
                    **known,
                    **{subject: _Keys(subject, {}, self._wrapper, dict([made])) for subject, made in missing.items()},
                }
        raise _restless()

    def person(self, tenant: str, subject: str, /) -> PersonKeys | None:
        """See `Vault.person`."""
        return self._of(subject, self._table.read(tenant, [subject]).get(subject))

    def _of(self, subject: str, entry: Entry | None) -> PersonKeys | None:
        if entry is not None and entry.destroyed:
            return None
        return _Keys(subject, {} if entry is None else {each.number: each for each in entry.keys}, self._wrapper)

    def destroy(self, tenant: str, subject: str, /) -> None:
        """See `Vault.destroy`."""
        for _ in range(_ATTEMPTS):
            found = self._table.read(tenant, [subject]).get(subject)
            if found is not None and found.destroyed:
                self._table.cleanse()  # whoever destroyed them may have been cut off before
                return
            if found is None:
                done = self._table.add(tenant, {subject: Entry(1, (), destroyed=True)})
            else:
                done = self._table.replace(tenant, subject, Entry(found.version + 1, (), destroyed=True))
            if done:
                self._table.cleanse()
                return
        raise _restless()

    def renew(self, tenant: str, subject: str) -> None:
        """Give a person a new key, which seals from now on; the older ones go on opening what they sealed.

        Raises `InvalidInput` for nobody.
        """
        if subject == _COMPANY:
            raise InvalidInput.at("subject", "key.length", "names nobody", "未指明个人")
        self.prepare(tenant, (subject,))
        for _ in range(_ATTEMPTS):
            found = self._table.read(tenant, [subject])[subject]
            if found.destroyed:
                return
            new = self._wrapped(_number(), _key())
            if self._table.replace(tenant, subject, Entry(found.version + 1, (*found.keys, new))):
                return
        raise _restless()

    def rewrap(self) -> int:
        """Wrap every key with the current master key and return how many were not; then the older ones may go.

        Raises `KeysInUse` where all are wrapped, and somebody who reads the file keeps the older ones in it: call it again.
        """
        count = 0
        for tenant, subject, entry in self._table.entries():
            old = [each for each in entry.keys if each.master != self._wrapper.current]
            # Who changed it meanwhile has wrapped the new key with the current master key, and left the older ones.
            found: Entry | None = entry if old else None
            while found is not None:
                again = Entry(found.version + 1, tuple(self._rewrapped(each) for each in found.keys))
                if found.destroyed or self._table.replace(tenant, subject, again):
                    break
                found = self._table.read(tenant, [subject]).get(subject)
            count += len(old)
        self._table.cleanse()
        return count

    def blind(self, tenant: str, place: str, text: str, /) -> str:
        """See `Vault.blind`: HMAC-SHA-256 in base64, which is never renewed."""
        if tenant not in self._blinding:
            self.prepare(tenant, (_COMPANY,))
            (key,) = self._table.read(tenant, [_COMPANY])[_COMPANY].keys
            self._blinding[tenant] = self._wrapper.unwrap(key.master, key.wrapped)
        digest = hmac.new(self._blinding[tenant], f"{len(place)}:{place}{text}".encode(), sha256).digest()
        return urlsafe_b64encode(digest).decode().rstrip("=")

    def close(self) -> None:
        """Close the table's connections."""
        self._table.close()

    def _wrapped(self, number: int, key: bytes) -> WrappedKey:
        return WrappedKey(number, self._wrapper.current, self._wrapper.wrap(key))

    def _rewrapped(self, key: WrappedKey) -> WrappedKey:
        plain = self._wrapper.unwrap(key.master, key.wrapped)
        return self._wrapped(key.number, plain)


class _Keys:
    """The keys of one person, oldest first, unwrapped as they are needed."""

    def __init__(
        self,
        subject: str,
        wrapped: Mapping[int, WrappedKey],
        wrapper: Wrapper,
        plain: Mapping[int, bytes] | None = None,
    ) -> None:
        self._subject = subject
        self._wrapped = wrapped
        self._wrapper = wrapper
        self._ciphers = {number: AESSIV(key) for number, key in (plain or {}).items()}
        self._newest = next(reversed((*self._ciphers, *wrapped)), 0)

    def seal(self, place: str, text: str, /) -> Token:
        """See `PersonKeys.seal`."""
        sealed = self._cipher(self._newest).encrypt(text.encode(), [place.encode()])
        return Token(self._subject, self._newest, b64encode(sealed).decode())

    def unseal(self, place: str, token: Token, /) -> str:
        """See `PersonKeys.unseal`."""
        try:
            return self._cipher(token.number).decrypt(b64decode(token.text, validate=True), [place.encode()]).decode()
        except (InvalidTag, NotBase64, ValueError) as error:
            raise SealBroken(self._subject, TAMPERED) from error

    def _cipher(self, number: int) -> AESSIV:
        if number not in self._ciphers:
            key = self._wrapped.get(number)
            if key is None:
                raise Unsealable(self._subject, NO_KEY)
            self._ciphers[number] = AESSIV(self._wrapper.unwrap(key.master, key.wrapped))
        return self._ciphers[number]


def _number() -> int:
    """Return the number of a new key: random, so that no other key ever has it.

    Not even one that was lost since: what that one sealed would be opened with this one, and be taken for forged.
    """
    return _LEAST_NUMBER + secrets.randbelow(_LEAST_NUMBER)


def _key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _restless() -> StorageUnavailable:
    return StorageUnavailable(Text("the keys keep changing", "密钥不断变化"))
