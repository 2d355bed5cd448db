from pathlib import Path

from django.test import SimpleTestCase

from blog.pasted import tidy
from blog.text import clean_post

CLIPBOARDS = Path(__file__).parent / "clipboards"
WORD = (
    "<h2>Vom Zuhören</h2>"
    "<p>Ein Absatz, der im Quelltext umbricht, mit <strong>fetten Wörtern</strong>, mit "
    "<em>schrägen</em> und mit einer Anmerkung"
    '<span class="footnote">Nachzulesen bei <a href="https://example.org/buch" rel="noopener">'
    "Beispiel</a>.</span>.</p>"
    "<ul><li>Erstens<ul><li>darunter</li></ul></li><li>Zweitens, in Berlin</li></ul>"
    '<ol start="3"><li>Drittens</li><li>Viertens</li></ol>'
    "<blockquote><p>Ein Zitat.</p></blockquote>"
    "<table><tbody><tr><td>Ort</td><td>310 m</td></tr></tbody></table>"
    "<p>Am 3.&nbsp;Mai kostet es 5&nbsp;€.</p>"
)
GOOGLE = (
    "<h2>Überschrift</h2>"
    "<p>Ein <strong>fettes</strong>, ein <em>schräges</em> und ein "
    "<strong><em>beides</em></strong> Wort mit "
    '<a href="https://example.org/?a=b" rel="noopener">Link</a>.</p>'
    "<ul><li>Eins</li><li>Zwei<ul><li>Zwei a</li></ul></li></ul>"
    "<p>H<sub>2</sub>O, <s>gestrichen</s></p>"
)
WORDPRESS = (
    "<p>Ein Absatz mit <strong>Betonung</strong>.</p><h2>Zwischentitel</h2>"
    '<p><a href="https://alt.example/wp-content/uploads/hafen.jpg" rel="noopener">Der Hafen</a></p>'
    "<p>Am Morgen</p>"
    "<p>https://www.youtube.com/watch?v=dQw4w9WgXcQ</p>"
    "<aside><p>Wer fragt, führt.</p></aside>"
    "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    "<pre><code>if a  &lt; b:\n    c()</code></pre>"
)


def clipboard(name):
    return (CLIPBOARDS / f"{name}.html").read_text(encoding="utf-8")


class ClipboardTests(SimpleTestCase):
    maxDiff = None

    def assertCleaned(self, name, expected):
        self.assertEqual(clean_post(clipboard(name)).replace("\n<", "<"), expected)

    def test_word(self):
        self.assertCleaned("word", WORD)

    def test_google_docs(self):
        self.assertCleaned("google-docs", GOOGLE)

    def test_wordpress(self):
        self.assertCleaned("wordpress", WORDPRESS)

    def test_cleaning_again_changes_nothing(self):
        for name in ("word", "google-docs", "wordpress"):
            once = clean_post(clipboard(name))
            self.assertEqual(clean_post(once), once)


class TidyTests(SimpleTestCase):
    def test_what_is_not_foreign_is_left_alone(self):
        own = '<p>a\xa0 b</p>\n<figure><img src="/media/x.webp" data-file="7" alt=""></figure>'
        self.assertEqual(tidy(own), own)

    def test_a_few_pasted_words_stay_within_their_line(self):
        words = '<span style="font-weight:700">fett</span> und <i>schräg</i>'
        self.assertEqual(tidy(words), "<strong>fett</strong> und <em>schräg</em>")

    def test_runs_of_one_bold_word_become_one(self):
        runs = (
            '<p><span style="font-weight:700">Wie</span><span style="font-weight:700">so</span></p>'
        )
        self.assertEqual(tidy(runs), "<p><strong>Wieso</strong></p>")

    def test_pictures_on_the_own_disk_are_dropped(self):
        picture = '<p class=MsoNormal>a<img src="file:///C:/Temp/clip.png" alt="x"></p>'
        self.assertEqual(tidy(picture), "<p>a</p>")

    def test_own_pictures_and_notes_among_foreign_text_stay(self):
        mixed = (
            '<p><b>x</b><span class="footnote">n</span></p>'
            '<figure><img src="/media/x.webp" data-file="7" alt=""></figure>'
        )
        self.assertEqual(tidy(mixed), mixed.replace("b>", "strong>"))

    def test_nesting_without_end_is_survived(self):
        deep = "<b>" * 50_000 + "x"
        self.assertIn("x", tidy(deep))
