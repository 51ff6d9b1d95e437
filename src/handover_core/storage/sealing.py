"""Seals the personal values of a unit's bodies before they reach the history, and opens them again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from handover_core.errors import Erased, SealBroken, Unsealable
from handover_core.history.difference import Difference
from handover_core.history.sealed import Token, Words, opened, token_of
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.personal import Body, Fields, Personal, left_at, mapped, pseudonym_of
from handover_core.storage.remembered import unremembered
from handover_core.storage.vault import PersonKeys, Vault

Lost = Callable[[Unsealable], None]
"""Lets a sealed value that cannot be opened pass, or raises."""
Gone = Callable[[Token, Any], Any]
"""Is given a token of which the keys were destroyed and what stands for it, and returns what is put in its place."""


def missing(error: Unsealable) -> None:
    """Let pass a value of which the key is missing; raise for one that was tampered with."""
    if isinstance(error, SealBroken):
        raise error


class Sealer:
    """Works for one unit of one tenant; without a vault nothing is sealed."""

    def __init__(self, vault: Vault | None, tenant: str) -> None:
        self._vault = vault
        self._tenant = tenant
        self._known: dict[str, PersonKeys | None] = {}
        self._sealed_for: dict[str, str] = {}
        self._left_out: set[tuple[str, str]] = set()

    @property
    def seals(self) -> bool:
        """Whether there is a vault to seal with."""
        return self._vault is not None

    def prepare(self, fields: Sequence[Personal], bodies: Iterable[tuple[str, Body]]) -> None:
        """Make the keys that many bodies (each with its id) will need, in one round."""
        vault = self._vault
        if vault is None:
            return
        subjects: set[str] = set()

        def note(_: Personal, subject: str, value: Any) -> Any:
            subjects.add(subject)
            return value

        for id_, body in bodies:
            mapped(body, fields, id_, note)
        unknown = subjects.difference(self._known)
        if unknown:
            self._known.update(vault.prepare(self._tenant, unknown))

    def sealed(
        self, kind: str, fields: Sequence[Personal], id_: str, body: Body, *,
        going: bool = False, tokens: bool = False, staying: bool = False,
    ) -> Body:  # fmt: skip
        """Return a body with its personal values sealed; raise `Erased` for those of a person who was erased.

        What an erasure leaves in the place of a value is not personal, and stays as it is. In a body that is ``going``
        it is put in the place of a value that outlived the keys, so that this value can still be overwritten; in one that
        is ``staying`` such a value stands as it is. Where there are ``tokens`` in the body already, these stay as they are.
        """
        vault = self._vault
        if vault is None:
            return body

        def seal(each: Personal, subject: str, value: Any) -> Any:
            left = each.erased(value, pseudonym_of(subject))
            if value == left or (tokens and token_of(value) is not None):
                return value
            if subject not in self._known:
                self._known.update(vault.prepare(self._tenant, (subject,)))
            keys = self._keys(vault, subject)
            if keys is None and going:
                self._left_out.add((kind, id_))
                return left
            if keys is None and staying:
                return value
            if keys is None:
                raise Erased(subject, kind)
            self._sealed_for[subject] = kind
            place, text = place_of(kind, each.steps), to_json(value)
            try:
                return keys.seal(place, text).as_json()
            except Unsealable:
                # They were only looked for until now, and there was none.
                made = vault.prepare(self._tenant, (subject,))[subject]
            self._known[subject] = made
            if made is None:
                raise Erased(subject, kind)
            return made.seal(place, text).as_json()

        return mapped(body, fields, id_, seal)

    def gone(self, fields: Sequence[Personal], id_: str, body: Body) -> tuple[str, ...]:
        """Return the persons of whom something personal stands in a body although their keys were destroyed."""
        found: dict[str, None] = {}

        def note(each: Personal, subject: str, value: Any) -> Any:
            if value != each.erased(value, pseudonym_of(subject)):
                found[subject] = None
            return value

        mapped(body, fields, id_, note)
        vault = self._vault
        return () if vault is None else tuple(each for each in found if self._keys(vault, each) is None)

    def left_out(self, kind: str, id_: str) -> bool:
        """Tell, once, whether a body of an aggregate was sealed without a value that outlived its keys."""
        found = (kind, id_) in self._left_out
        self._left_out.discard((kind, id_))
        return found

    def is_erased(self, subject: str) -> bool:
        """Tell whether the keys of a person were destroyed; False without a vault."""
        return self._vault is not None and self._keys(self._vault, subject) is None

    def confirm(self) -> None:
        """Raise `Erased` where the keys of somebody for whom was sealed here were destroyed since."""
        if self._vault is not None:
            for subject, kind in self._sealed_for.items():
                if self._vault.person(self._tenant, subject) is None:
                    raise Erased(subject, kind)

    def sealed_difference(
        self, kind: str, fields: Sequence[Personal], id_: str, sides: tuple[Body, Body], changed: Difference
    ) -> Difference:
        """Return a difference with the values of these fields sealed; ``sides`` are both bodies in full."""
        if self._vault is None:
            return changed
        before, after = (
            self.sealed(kind, fields, id_, side, going=going, tokens=going)
            for side, going in zip(sides, (True, False), strict=True)
        )
        return {
            name: [[before[name]] if old else [], [after[name]] if new else []]
            for name, (old, new) in changed.items()
        }  # fmt: skip

    def opened(
        self, kind: str, fields: Sequence[Personal], body: Any, *,
        whole: bool = False, lost: Lost | None = None, gone: Gone = lambda _, left: left,
    ) -> Any:  # fmt: skip
        """Return JSON data with its sealed values opened; those of erased persons become what stands for them.

        ``gone`` is given each of these tokens with what stands for it, and says what is put there.
        Those of which the key is missing do too where ``lost`` lets them, which is called with what `Unsealable` says;
        otherwise that is raised. Where it is asked for ``whole``, `Erased` is raised for both. Values that were tampered
        with are always raised. Without a vault the data is returned as it is.
        """
        vault = self._vault
        if vault is None:
            return body

        def unseal(token: Token, place: tuple[str, ...]) -> Any:
            keys = self._keys(vault, token.subject)
            if keys is not None:
                try:
                    return from_json(keys.unseal(place_of(kind, place), token))
                except Unsealable as error:
                    if lost is None:
                        raise
                    lost(error)
            if whole:
                raise Erased(token.subject, kind)
            left = left_at(fields, place, token.subject)
            return left if keys is not None else gone(token, left)

        return opened(body, (), unseal)

    def reworded(self, kind: str, body: Any, replaced: Words) -> Any:
        """Return JSON data with its texts replaced, in what is sealed too; values without a key stay sealed.

        ``replaced`` is given each text and its place.
        """
        vault = self._vault

        def again(token: Token, place: tuple[str, ...]) -> Any:
            keys = None if vault is None else self._keys(vault, token.subject)
            if keys is None:
                return token.as_json()
            at = place_of(kind, place)
            try:
                before = keys.unseal(at, token)
            except Unsealable as error:
                missing(error)
                return token.as_json()
            after = to_json(opened(from_json(before), place, _closed, replaced))
            return (token if after == before else keys.seal(at, after)).as_json()

        return opened(body, (), again, replaced)

    def _keys(self, vault: Vault, subject: str) -> PersonKeys | None:
        if subject not in self._known:
            self._known[subject] = vault.person(self._tenant, subject)
        return self._known[subject]


def _closed(token: Token, place: tuple[str, ...]) -> Any:
    del place
    return token.as_json()


def erased(body: Body, fields: Fields, id_: str, subject: str) -> Body:
    """Return a body in which every personal value of one person became what stands for it after an erasure.

    What an import remembers of such values is gone.
    """

    def erase(each: Personal, whose: str, value: Any) -> Any:
        return each.erased(value, pseudonym_of(subject)) if whose == subject else value

    return mapped(unremembered(body, fields, id_, subject.__eq__), fields, id_, erase)


def place_of(kind: str, steps: Collection[str]) -> str:
    """Return the place of a value as one word, to which its ciphertext is bound."""
    return "/".join((kind, *steps))
