import re

from django.test import SimpleTestCase

from blog.editor import EDITOR_EXTENSIONS, PARTS
from blog.text import (
    AUTHOR_ATTRIBUTES,
    AUTHOR_TAGS,
    clean_comment,
    clean_post,
    plain_text,
    render_post,
)

LINK = '<a href="{0}" rel="nofollow ugc noopener">{0}</a>'
VECTORS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="javascript:123">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:1">x</a>',
    '<a href="//evil.example" onclick="alert(1)" style="x">x</a>',
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<form action='//evil.example'><button formaction='javascript:alert(1)'>x</button></form>",
    "<style>@import '//evil.example'</style>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<base href='//evil.example'><link rel=stylesheet href='//evil.example'>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<isindex type=image src=1 onerror=alert(1)><input autofocus onfocus=alert(1)>",
    "<b onmouseover=alert(1)>x</b><video><source onerror=alert(1)></video>",
]
FORBIDDEN = ["<script", "<img", "<iframe", "<svg", "<style", "<form", "<base", "<link", "<meta"]
ATTRIBUTES = [" on", " style=", "javascript:", "vbscript:", "data:text"]


class CommentTextTests(SimpleTestCase):
    def test_blank_lines_part_paragraphs_and_single_breaks_stay(self):
        self.assertEqual(clean_comment("Eins\nzwei\n\ndrei"), "<p>Eins<br>zwei</p><p>drei</p>")

    def test_a_break_after_a_long_line_ends_a_paragraph(self):
        long_line = "Wort " * 20
        self.assertEqual(
            clean_comment(f"{long_line}\nNeu"), f"<p>{long_line.strip()}</p><p>Neu</p>"
        )

    def test_addresses_become_links_with_rel(self):
        address = "http://servicereport.eu/service-excellence/"
        self.assertEqual(clean_comment(f"Siehe {address}"), f"<p>Siehe {LINK.format(address)}</p>")

    def test_german_prose_is_not_linked(self):
        prose = "z.B. am Ende.Es war gut.So kam setup.py ins Haus.In der usw.Am (Top-)Manager"
        self.assertEqual(clean_comment(prose), f"<p>{prose}</p>")

    def test_punctuation_after_an_address_is_not_part_of_it(self):
        self.assertIn('href="https://example.org/a"', clean_comment("(https://example.org/a)."))

    def test_quotes_dashes_and_emoji_come_through(self):
        text = "„Vollquatschen statt anfeuern“ – 1:1 🙂 “schief“"
        self.assertEqual(clean_comment(text), f"<p>{text}</p>")

    def test_allowed_markup_stays_and_the_rest_keeps_its_text(self):
        source = "<strong>a</strong> <u>b</u> <span>c</span>"
        self.assertEqual(clean_comment(source), "<p><strong>a</strong> b c</p>")

    def test_lists_and_quotations_are_not_put_into_paragraphs(self):
        source = "davor\n<ul><li>a</li><li>b</li></ul>\ndanach"
        self.assertEqual(
            clean_comment(source), "<p>davor</p><ul><li>a</li><li>b</li></ul><p>danach</p>"
        )

    def test_ampersand_and_angle_are_escaped_once(self):
        self.assertEqual(clean_comment("TALER & TALAR <3"), "<p>TALER &amp; TALAR &lt;3</p>")

    def test_no_vector_survives(self):
        for vector in VECTORS:
            with self.subTest(vector):
                clean = clean_comment(vector).lower()
                for word in [*FORBIDDEN, *ATTRIBUTES]:
                    self.assertNotIn(word, clean.replace("&lt;", ""))

    def test_cleaning_again_changes_nothing(self):
        for source in [*VECTORS, "a\n\nb & c https://example.org", "<pre>a\n\nb</pre>"]:
            with self.subTest(source):
                once = clean_comment(source)
                self.assertEqual(clean_comment(once), once)


class PostTextTests(SimpleTestCase):
    def test_no_vector_survives(self):
        for vector in VECTORS:
            with self.subTest(vector):
                clean = render_post(vector, "de").lower()
                for word in [*(tag for tag in FORBIDDEN if tag != "<img"), *ATTRIBUTES]:
                    self.assertNotIn(word, clean.replace("&lt;", ""))

    def test_pictures_come_from_this_site_alone(self):
        self.assertNotIn("src", clean_post('<img src="https://evil.example/x.png" alt="x">'))
        self.assertIn("src", clean_post('<img src="/media/x.png" alt="x">'))

    def test_headings_get_ids_that_differ(self):
        rendered = render_post("<h2>Größe &amp; Maß</h2><h2>Größe &amp; Maß</h2>", "de")
        self.assertIn('<h2 id="h-groesse-und-mass">Größe &amp; Maß</h2>', rendered)
        self.assertIn('id="h-groesse-und-mass-2"', rendered)

    def test_quotation_in_the_other_language_says_so(self):
        english = (
            "<blockquote><p>This is what the people of that town have for us.</p></blockquote>"
        )
        self.assertIn('<blockquote lang="en">', render_post(english, "de"))
        self.assertIn("<blockquote>", render_post(english, "en"))

    def test_lone_video_address_becomes_a_card_without_a_frame(self):
        rendered = render_post("<p>https://youtu.be/dQw4w9WgXcQ?t=1m5s</p>", "de")
        self.assertIn(
            'data-embed="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=65"', rendered
        )
        self.assertNotIn("<iframe", rendered)

    def test_other_addresses_and_text_around_stay(self):
        for body in [
            "<p>https://example.org/watch?v=dQw4w9WgXcQ</p>",
            "<p>Sieh https://youtu.be/dQw4w9WgXcQ</p>",
        ]:
            self.assertEqual(render_post(body, "de"), body)

    def test_all_that_a_part_of_the_editor_writes_is_let_through_and_nothing_else(self):
        for name, (_config, written) in PARTS.items():
            for tag, attributes in written.items():
                with self.subTest(part=name, tag=tag):
                    self.assertIn(tag, AUTHOR_TAGS)
                    self.assertLessEqual(set(attributes), AUTHOR_ATTRIBUTES.get(tag, set()))
        self.assertEqual({*PARTS}, {*EDITOR_EXTENSIONS})
        levels = EDITOR_EXTENSIONS["Heading"]["levels"]
        headings = {tag for tag in AUTHOR_TAGS if re.fullmatch(r"h\d", tag)}
        self.assertEqual({f"h{level}" for level in levels}, headings)

    def test_plain_text_keeps_words_apart(self):
        self.assertEqual(
            plain_text("<p>Eins &amp; zwei</p><p>d<em>r</em>ei</p>"), "Eins & zwei drei"
        )
