"""What the first visitor would wait for, done before they come: a few tenths of a second.

Half of it is reading what CLDR says of a language; the rest compiles templates and compresses files.
"""

import threading

from flask import Flask

from annotator.web import compression, files, languages

FIRST = ("annotate/seat.html", "annotate/parts.html", "home/index.html")


def begin(app: Flask) -> None:
    """Warm an app in the background: who comes meanwhile is served, only slower."""
    threading.Thread(target=warm, args=[app], name="warming", daemon=True).start()


def warm(app: Flask) -> None:
    """Read the languages, compile every template, those of the seat first, and compress every file."""
    languages.load()
    others = app.jinja_env.list_templates(extensions=["html"])
    for name in dict.fromkeys([*FIRST, *others]):
        app.jinja_env.get_template(name)
    for coding in compression.CODINGS:
        for data in files.all_contents():
            compression.smallest(data, coding)
