"""The rules of ``docs/mail.md``, by number: each says what breaks it."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from lxml import html
from lxml.html import HtmlElement

from reporter.output.look.colour import READABLE, contrast

LARGEST: Final = 102_000
LAYOUT: Final = ("width", "cellpadding", "cellspacing", "border")
FORBIDDEN: Final = (
    *("script", "link", "iframe", "object", "embed", "form", "input", "button", "video", "audio"),
    *("svg", "canvas", "base", "picture", "source", "details"),
)
LENGTH: Final = re.compile(r"^-?[\d.]+(px|%)?$|^(auto|none|0|thin|solid|1px)$")
SIZED: Final = re.compile(r"(width|height|padding|margin|font-size|line-height|border-radius)")


def styles(element: HtmlElement) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in (element.get("style") or "").split(";") if ":" in part)
    return {name.strip(): value.strip() for name, value in pairs}


def named(element: HtmlElement) -> str:
    return f"<{element.tag} class={element.get('class')!r} style={element.get('style')!r}>"


def elements(tree: HtmlElement) -> Iterator[HtmlElement]:
    return (one for one in tree.iter() if isinstance(one.tag, str))


def small(text: str, _tree: HtmlElement) -> Iterator[str]:
    if len(text.encode()) > LARGEST:
        yield f"{len(text.encode())} bytes"


def narrow(_text: str, tree: HtmlElement) -> Iterator[str]:
    for one in elements(tree):
        width = one.get("width")
        if width is not None and not width.endswith("%") and int(width) > 640:
            yield named(one)
    for row in tree.xpath("//table[not(@role)]//tr"):
        if sum(int(cell.get("colspan", "1")) for cell in row) > 6:
            yield named(row)
    if not tree.xpath("//table[contains(@style, 'max-width:640px')]"):
        yield "no table of 640 pixels"


def laid_out_by_tables(_text: str, tree: HtmlElement) -> Iterator[str]:
    for table in tree.iter("table"):
        if table.get("role") and any(table.get(name) is None for name in LAYOUT):
            yield named(table)
        if table.get("role") not in {"presentation", None}:
            yield named(table)
        if table.get("role") is None and not table.xpath(".//th"):
            yield named(table)
    for one in elements(tree):
        found = styles(one)
        if found.get("display", "block") not in {"block", "none"}:
            yield named(one)
        if {"float", "position", "flex", "grid"} & set(found):
            yield named(one)


def heads_with_scope(_text: str, tree: HtmlElement) -> Iterator[str]:
    yield from (named(head) for head in tree.iter("th") if head.get("scope") is None)
    for table in tree.xpath("//table[@role]"):
        yield from (named(head) for head in table.xpath("./tbody/tr/th | ./tr/th"))


def styles_on_elements(_text: str, tree: HtmlElement) -> Iterator[str]:
    found = tree.xpath("//style")
    if len(found) != 1:
        yield f"{len(found)} style elements"
    for style in found:
        outside = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", style.text).strip()
        if outside:
            yield outside[:200]


def plain_styles(_text: str, tree: HtmlElement) -> Iterator[str]:
    for one in elements(tree):
        for name, value in styles(one).items():
            if re.search(r"var\(|calc\(|url\(|rgb|hsl|\d(rem|em|ch|vw|vh)\b", value):
                yield f"{named(one)}: {value}"
            if SIZED.match(name) and not all(map(LENGTH.match, value.split())):
                yield f"{named(one)}: {name}: {value}"
            if name.endswith("color") and not re.fullmatch(r"#[0-9a-f]{6}", value):
                yield f"{named(one)}: {value}"


def grounds_twice(_text: str, tree: HtmlElement) -> Iterator[str]:
    for one in elements(tree):
        ground = styles(one).get("background-color")
        if ground is not None and one.get("bgcolor") != ground:
            yield named(one)


def pictures_with_size(_text: str, tree: HtmlElement) -> Iterator[str]:
    for picture in tree.iter("img"):
        whole = all(picture.get(name) for name in ("width", "height", "alt"))
        if not whole or not re.fullmatch(r"cid:[^\s<>@]+@reporter", picture.get("src", "")):
            yield named(picture)


def nothing_from_outside(text: str, tree: HtmlElement) -> Iterator[str]:
    yield from (named(one) for one in elements(tree) if one.tag in FORBIDDEN)
    yield from (f"{name}" for name in tree.xpath("//@*[starts-with(name(), 'on')]"))
    for address in tree.xpath("//a/@href"):
        if not address.startswith(("https://", "http://", "mailto:", "#")):
            yield address
    if "@import" in text or "@font-face" in text:
        yield "a style sheet or a font from elsewhere"


def language_and_direction(_text: str, tree: HtmlElement) -> Iterator[str]:
    parts = [tree, *tree.xpath("//*[@role='article']")]
    if len(parts) != 2 or len({(p.get("lang"), p.get("dir")) for p in parts}) != 1:
        yield f"{[named(part) for part in parts]}"
    if not tree.get("lang") or tree.get("dir") not in {"ltr", "rtl"}:
        yield named(tree)
    if not tree.findtext(".//title"):
        yield "no title"


def first_words(_text: str, tree: HtmlElement) -> Iterator[str]:
    first = tree.find("body")[0]
    hidden = styles(first).get("display") == "none" and styles(first).get("mso-hide") == "all"
    if not hidden or not (first.text or "").strip():
        yield named(first)


def fonts_of_the_machine(_text: str, tree: HtmlElement) -> Iterator[str]:
    for one in elements(tree):
        family = styles(one).get("font-family")
        if family is not None and not family.endswith("sans-serif"):
            yield named(one)
    yield from (named(t) for t in tree.iter("table", "body") if "font-family" not in styles(t))


def readable(_text: str, tree: HtmlElement) -> Iterator[str]:
    for one in elements(tree.find("body")):
        words = "".join(filter(None, (one.text, *(child.tail for child in one)))).strip("\xa0 \n■")
        path = [one, *one.iterancestors()]
        if not words or any(styles(part).get("display") == "none" for part in path):
            continue
        ink = next((styles(p)["color"] for p in path if "color" in styles(p)), "#000000")
        ground = next((p.get("bgcolor") for p in path if p.get("bgcolor")), "#ffffff")
        if contrast(ink, ground) < READABLE:
            yield f"{named(one)}: {words[:40]}: {ink} on {ground}"


def not_by_colour_alone(_text: str, tree: HtmlElement) -> Iterator[str]:
    for one in tree.xpath("//*[contains(@class, 'good') or contains(@class, 'bad')]"):
        said = "".join(one.itertext()) + (one.tail or "")
        if (
            not re.search(r"[▲▼✓✗!●○]", said)
            and one.tag != "table"
            and "soft" not in one.get("class")
        ):
            yield f"{named(one)}: {said[:40]}"


RULES: Final[dict[int, Callable[[str, HtmlElement], Iterator[str]]]] = {
    1: small,
    2: narrow,
    3: laid_out_by_tables,
    4: heads_with_scope,
    5: styles_on_elements,
    6: plain_styles,
    7: grounds_twice,
    8: pictures_with_size,
    9: nothing_from_outside,
    10: language_and_direction,
    11: first_words,
    12: fonts_of_the_machine,
    13: readable,
    14: not_by_colour_alone,
}


def broken(text: str) -> list[str]:
    """Every rule that a mail's HTML breaks, and where."""
    tree = html.document_fromstring(text)
    return [f"{number}: {what}" for number, rule in RULES.items() for what in rule(text, tree)]
