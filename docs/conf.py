"""How Sphinx builds this documentation: `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import glassnet

project = "glassnet"
author = "the glassnet contributors"
project_copyright = author
release = version = glassnet.__version__

extensions = [
    "myst_parser",  # pages in Markdown
    "sphinx.ext.autodoc",  # the API from the docstrings
    "sphinx.ext.napoleon",  # which are in NumPy's form
    "public_names",  # docs/public_names.py
    "live_pictures",  # docs/live_pictures.py
]
exclude_patterns = ["_build"]
default_role = "py:obj"  # `train` links to its entry, where it has one

html_theme = "furo"
html_title = f"glassnet {release}"
html_static_path = ["_static"]
html_css_files = ["glassnet.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {"navigation_with_keys": True}

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

napoleon_google_docstring = False
napoleon_custom_sections = ["Shapes"]
napoleon_use_rtype = False

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the Parameters sections say more than Annotated[...]
autodoc_inherit_docstrings = False  # what a layer only implements, the contract explains
autodoc_preserve_defaults = True
autodoc_default_options = {  # scikit-learn's own methods, whose texts link to its pages
    "exclude-members": "set_fit_request, set_partial_fit_request, set_score_request",
}
add_module_names = False
suppress_warnings = ["ref.python"]  # "function" as a type is a word, not an attribute
python_maximum_signature_line_length = 80
highlight_language = "default"  # Python where it is Python
