"""One document, many formats: what a host or the command line calls."""

from __future__ import annotations

import json
from enum import StrEnum

from handover_core.dossier.layout import laid_out
from handover_core.dossier.manifest import as_data
from handover_core.dossier.model import Dossier
from handover_core.errors import InvalidInput
from handover_core.texts import Lang
from handover_core_reports.html import to_html
from handover_core_reports.markdown import to_markdown


class Format(StrEnum):
    """A format that a document can be rendered in."""

    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


SUFFIXES = {Format.JSON: ".json", Format.MARKDOWN: ".md", Format.HTML: ".html"}
"""What the names of files of a format end in."""


def render(document: Dossier, format: Format | str, lang: Lang = Lang.EN) -> str:  # noqa: A002 - what people call it
    """Return the document as text in a format and a language.

    JSON has no language: it is the document's data with sorted keys, from which anybody can compute the digests that
    the other formats print. HTML is one file that needs nothing else, for the screen and for A4 paper.

    Raises `InvalidInput` for an unknown format, `MissingExtra` for HTML where Jinja is not installed.
    """
    match _known(format):
        case Format.JSON:
            return json.dumps(as_data(document), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        case Format.MARKDOWN:
            return to_markdown(laid_out(document, lang))
        case Format.HTML:
            return to_html(laid_out(document, lang))


def _known(word: Format | str) -> Format:
    try:
        return Format(word)
    except ValueError as error:
        raise InvalidInput.at(
            "format", "report.format", "{word!r} is not one of {formats}", "{word!r} 不是可用的格式（{formats}）",
            word=str(word), formats=tuple(Format),
        ) from error  # fmt: skip
