"""A web page with a story, its navigation, links and footer, and archives made of such pages."""

from __future__ import annotations

from collections.abc import Iterable

from small_pages import STORY

TITLE, *PARAGRAPHS = STORY.splitlines()

LINKS = (
    "江边步道本周末开放",
    "老城区供水管网完成改造",
    "秋季运动会定在十月举行",
    "图书馆延长夜间开放",
)


def page_of(title: str, paragraphs: Iterable[str], head: str = "") -> str:
    """A page with ``title`` and ``paragraphs`` between its menu and its lists of links."""
    menu = "".join(f'<li><a href="/{n}">{name}</a></li>' for n, name in enumerate(["学校", "天气"]))
    links = "".join(f'<li><a href="/a/{n}.html">{name}</a></li>' for n, name in enumerate(LINKS))
    body = "".join(f"<p>{one}</p>\n" for one in paragraphs)
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8">'
        f"<title>{title}_江边新闻网</title>{head}</head>\n"
        f'<body><div class="nav"><ul>{menu}</ul></div>\n'
        f'<div class="article"><h1>{title}</h1>\n<div class="content">{body}</div></div>\n'
        f'<div class="related"><h3>猜您感兴趣</h3><ul>{links}</ul></div>\n'
        '<div class="footer">江边新闻网 版权所有</div></body></html>\n'
    )


PAGE = page_of(TITLE, PARAGRAPHS)
"""The page of the first of the small stories."""


def record(kind: str, url: str, block: bytes, content: str) -> bytes:
    """A WARC record."""
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2024-05-06T07:08:09Z",
        f"WARC-Record-ID: <urn:test:{url}>",
        f"Content-Type: {content}",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + block + b"\r\n\r\n"


def response(url: str, body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A WARC record with an HTTP response."""
    lines = [f"HTTP/1.1 {status}", *headers, "", ""]
    block = "\r\n".join(lines).encode() + body
    return record("response", url, block, "application/http; msgtype=response")


def html_response(url: str, markup: str) -> bytes:
    """A WARC record with an HTML page."""
    return response(url, markup.encode(), "Content-Type: text/html; charset=gb2312")
