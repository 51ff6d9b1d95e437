"""Dossiers rendered for people: HTML, Markdown, XLSX, DOCX."""

from handover_core_reports.render import SUFFIXES, Format, render

__all__ = ["SUFFIXES", "Format", "render"]
