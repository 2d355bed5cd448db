"""WordPress exports for tests, written by hand: valid by default."""

from io import StringIO
from pathlib import Path
from tempfile import mkdtemp
from xml.sax.saxutils import escape

from django.core.management import call_command

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/{version}/">
<channel>
<title>Werkstatt</title><link>{site}</link><language>{language}</language>
<wp:base_site_url>{site}</wp:base_site_url><wp:base_blog_url>{site}</wp:base_blog_url>
<wp:author><wp:author_id>7</wp:author_id><wp:author_login>ada</wp:author_login>
<wp:author_email>ada@example.org</wp:author_email>
<wp:author_display_name>Ada Beispiel</wp:author_display_name></wp:author>
"""


def element(name, value):
    return f"<{name}>{value if str(value).startswith('<') else escape(str(value))}</{name}>"


def comment_xml(number=1, content="Gut gesagt.", **fields):
    fields = {
        "comment_id": number,
        "comment_author": "Berta Leserin",
        "comment_author_email": "berta@example.org",
        "comment_author_url": "",
        "comment_author_IP": "203.0.113.9",
        "comment_date": f"2013-08-02 12:{number % 60:02}:00",
        "comment_date_gmt": f"2013-08-02 10:{number % 60:02}:00",
        "comment_content": f"<![CDATA[{content}]]>",
        "comment_approved": "1",
        "comment_type": "",
        "comment_parent": "0",
        "comment_user_id": "0",
    } | fields
    meta = fields.pop("meta", "")
    inside = "".join(element(f"wp:{name}", value) for name, value in fields.items())
    return f"<wp:comment>{inside}{meta}</wp:comment>\n"


def item_xml(number=1, content="<p>Ein Absatz.</p>", *comments, title="Ein Beitrag", **fields):
    fields = {
        "post_id": number,
        "post_date": "2013-08-02 09:00:00",
        "post_date_gmt": "2013-08-02 07:00:00",
        "comment_status": "open",
        "ping_status": "open",
        "post_name": f"beitrag-{number}",
        "status": "publish",
        "post_type": "post",
        "post_password": "",
        "is_sticky": "0",
    } | fields
    link = fields.pop("link", f"https://werkstatt.example/2013/08/beitrag-{number}/")
    more = fields.pop("more", "")
    creator = fields.pop("creator", "ada")
    excerpt = fields.pop("excerpt", "")
    inside = "".join(element(f"wp:{name}", value) for name, value in fields.items())
    return (
        f"<item>\n{element('title', title)}{element('link', link)}{element('dc:creator', creator)}"
        f"<content:encoded><![CDATA[{content}]]></content:encoded>"
        f"<excerpt:encoded><![CDATA[{excerpt}]]></excerpt:encoded>\n"
        f"{inside}{more}\n{''.join(comments)}</item>\n"
    )


def meta_xml(key, value):
    return (
        f"<wp:postmeta>{element('wp:meta_key', key)}{element('wp:meta_value', value)}</wp:postmeta>"
    )


def wxr(*parts, version="1.2", site="https://werkstatt.example", language="de-DE"):
    head = HEAD.format(version=version, site=site, language=language)
    return head + "".join(parts) + "</channel></rss>\n"


def write_wxr(*parts, **options):
    """Write an export of `parts` to a file of its own and return the path."""
    return write_file(wxr(*parts, **options))


def write_file(content):
    path = Path(mkdtemp(prefix="wxr-")) / "export.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def import_wxr(*paths, **options):
    """Import files by the command and return its receipt."""
    out = StringIO()
    call_command("import_wxr", *paths, stdout=out, **options)
    return out.getvalue()


def import_comments(*comments, content="<p>Ein Absatz.</p>", **options):
    """Import one post with these answers and return the receipt."""
    return import_wxr(write_wxr(item_xml(1, content, *comments)), **options)
