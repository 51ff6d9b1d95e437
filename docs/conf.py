"""How Sphinx builds the documentation. Nothing here reaches the network."""

from __future__ import annotations

from importlib import metadata

project = "handover-core"
author = "The handover-core maintainers"
copyright = author
release = metadata.version("handover-core")
version = release

extensions = ["myst_parser", "sphinx.ext.autodoc"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_typehints = "description"
autodoc_member_order = "bysource"

html_theme = "furo"
html_title = f"handover-core {release}"
