"""Dossiers rendered for people: HTML, Markdown, XLSX, DOCX."""
