"""The site: `python -m sphinx -W -n docs site` (needs `pip install 'exactland[docs]'`)."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_extensions"))
sys.path.insert(0, str(HERE.parent))

from exactland import __version__  # noqa: E402

project = "exactland"
author = "the exactland authors"
copyright = "2026, the exactland authors"
version = release = __version__

extensions = ["myst_parser", "mathematics", "repository_files"]
myst_enable_extensions = ["dollarmath"]
myst_dmath_double_inline = False
myst_heading_anchors = 4
math_number_all = False
html_math_renderer = "mathml"

smartquotes = False  # options begin with two hyphens

html_theme = "furo"
html_title = f"exactland {release}"
html_static_path = ["_static"]
html_css_files = ["exactland.css"]
html_show_sourcelink = False
html_copy_source = False
exclude_patterns = ["_extensions"]
pygments_style = "friendly"
pygments_dark_style = "monokai"
