"""Text from commits, tools and people as it may stand in our markdown, and back."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"[\\|`*<]|~(?=~)|(?<=~)~|&(?=[#A-Za-z])|](?=[(\[:])|(?<![^\W_])_|_(?![^\W_])")
"""What markdown would act on. `api_p95` and `[-89.9, -88.2]` stay as they are, so that people can search for them."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Control characters, line ends of Unicode, and marks that change the direction of what follows."""
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|&#(\d{1,7});")
_HTML = re.compile(r"<(?=[A-Za-z/!?])")


def cell(text: str) -> str:
    """Text as a table cell that shows exactly this text: on one line, with nothing that acts on a reader."""
    if text.isalnum():
        return text
    text = _MARKUP.sub(r"\\\g<0>", _LONE_SURROGATE.sub("\ufffd", text))
    text = _UNPRINTABLE.sub(lambda found: f"&#{ord(found[0])};", text)
    bare = text.strip(" ")
    left = len(text) - len(text.lstrip(" "))
    return "&#32;" * left + bare + "&#32;" * (len(text) - len(bare) - left)


def plain(text: str) -> str:
    """The text that `cell` was given."""
    if "\\" not in text and "&" not in text:
        return text

    def written(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        code = int(match[2])
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]

    return _ESCAPED.sub(written, text)


def prose(text: str) -> str:
    """Text as a part of a paragraph: on one line, without HTML and links; code spans stay."""
    line = " ".join(_UNPRINTABLE.sub(" ", _LONE_SURROGATE.sub("\ufffd", text)).split())
    return _HTML.sub("&lt;", line).replace("](", "]\\(")
