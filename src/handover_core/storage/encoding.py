"""How values are written so that every backend filters and sorts them alike: as text or as a 64-bit integer.

Text sorts by code point. Dates are ISO text, instants microseconds since 1970 (UTC), booleans 0 and 1. Decimals are
text of a fixed width whose order is the order of the numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Context, Decimal
from typing import Any

from handover_core.errors import InvalidInput
from handover_core.history.instants import to_micros as to_micros  # noqa: PLC0414 - encoded like every value
from handover_core.storage.kinds import Field, FieldType

Stored = str | int | None

_BAD_TEXT = re.compile("[\x00\ud800-\udfff]")
_EXACT = Context(prec=200)
_COMPLEMENT = str.maketrans("0123456789", "9876543210")
KEY_WIDTH = 64
"""How many characters a tenant, an id or a closed word has at most."""
INT64 = (-(2**63), 2**63 - 1)


def check_text(path: str, value: str) -> str:
    """Return ``value``; raise `InvalidInput` for NUL and lone surrogates, which not every backend can keep."""
    if "\x00" in value if value.isascii() else _BAD_TEXT.search(value):
        raise InvalidInput.at(path, "text.characters", "has characters that cannot be stored", "含有无法存储的字符")
    return value


def check_key(path: str, value: str) -> str:
    """Return ``value``; raise `InvalidInput` unless it can be a key: 1 to 64 characters that can be stored."""
    if not 0 < len(value) <= KEY_WIDTH:
        raise InvalidInput.at(
            path, "key.length", "is empty or longer than {most} characters", "为空或超过 {most} 个字符", most=KEY_WIDTH
        )
    return check_text(path, value)


def encode(spec: Field, value: Any) -> Stored:
    """Return ``value`` as stored for ``spec``; raise `InvalidInput` for a wrong type, an overlong or unstorable value."""
    stored = encode_checked(spec, value)
    return check_text(spec.name, stored) if isinstance(stored, str) else stored


def encode_checked(spec: Field, value: Any) -> Stored:
    """Return what `encode` returns, for a value whose characters were checked with the body that it stands in."""
    return None if value is None else _ENCODERS[spec.type](spec, value)


def encode_side(spec: Field, value: Any) -> str | None:
    """Return ``value`` as stored in the side table: always text, sorted like the values themselves."""
    stored = encode(spec, value)
    return sortable_integer(stored) if isinstance(stored, int) else stored


def folded(value: str) -> str:
    """Return text as it is compared in substring search: NFKC and case-folded (Unicode 3.13, default caseless match)."""
    if value.isascii():
        return value.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())


def sortable_decimal(path: str, value: Decimal, digits: tuple[int, int]) -> str:
    """Return ``value`` as text of fixed width; raise `InvalidInput` where it does not fit the declared digits."""
    whole, part = digits
    if not value.is_finite():
        raise InvalidInput.at(path, "decimal.finite", "is not a finite number", "不是有限数值")
    # The host's own context may round to a few digits; here nothing is rounded.
    scaled = value.scaleb(part, _EXACT) if value else Decimal(0)
    if scaled != scaled.to_integral_value() or abs(scaled) >= Decimal(10) ** (whole + part):
        raise InvalidInput.at(
            path, "decimal.digits", "has more than {whole} digits before or {part} after the point",
            "整数位超过 {whole} 位或小数位超过 {part} 位", whole=whole, part=part,
        )  # fmt: skip
    text = f"{abs(int(scaled)):0{whole + part}d}"
    return "1" + text if value >= 0 else "0" + text.translate(_COMPLEMENT)


def sortable_integer(value: int) -> str:
    """Return a 64-bit integer as text whose order is the order of the numbers (for the side table)."""
    return f"{value - INT64[0]:020d}"


def _text(spec: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(spec, "text", "文本")
    if len(value) > spec.max_length:
        raise InvalidInput.at(
            spec.name, "text.length", "is {length} characters long, {most} are allowed",
            "长 {length} 个字符，最多 {most} 个", length=len(value), most=spec.max_length,
        )  # fmt: skip
    # A word of a closed set (StrEnum) is stored as plain text.
    return str.__str__(value)


def _integer(spec: Field, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(spec, "a whole number", "整数")
    if not INT64[0] <= value <= INT64[1]:
        raise InvalidInput.at(spec.name, "integer.range", "does not fit 64 bits", "超出 64 位整数范围")
    return value


def _decimal(spec: Field, value: Any) -> str:
    if not isinstance(value, Decimal):
        raise _wrong(spec, "a decimal number", "小数")
    return sortable_decimal(spec.name, value, spec.digits)


def _date(spec: Field, value: Any) -> str:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _wrong(spec, "a date", "日期")
    return value.isoformat()


def _instant(spec: Field, value: Any) -> int:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _wrong(spec, "an instant with a time zone", "带时区的时间")
    return to_micros(value)


def _boolean(spec: Field, value: Any) -> int:
    if not isinstance(value, bool):
        raise _wrong(spec, "yes or no", "是或否")
    return int(value)


def _wrong(spec: Field, en: str, zh: str) -> InvalidInput:
    return InvalidInput.at(spec.name, "type", f"is not {en}", f"不是{zh}")


Encoder = Callable[[Field, Any], Stored]

_ENCODERS: Mapping[FieldType, Encoder] = {
    FieldType.TEXT: _text,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.DATE: _date,
    FieldType.INSTANT: _instant,
    FieldType.BOOLEAN: _boolean,
}


def encoder_of(spec: Field) -> Encoder:
    """Return the function that encodes a value of the field which is not null."""
    return _ENCODERS[spec.type]
