"""The HTML of answers is put together by hand: what people typed has to stay text everywhere."""

from html.parser import HTMLParser

from django.db import models
from django.test import TestCase
from django.utils import translation

from blog.models import SiteSettings
from comments import drawing, threads, tree
from comments.markup import row_html, rows_html
from comments.models import Comment
from tests.factories import make_author, make_comment, make_post

NASTY = "\"><img src=x onerror=alert(1)>'{}%s%(name)s{0}"


class Collector(HTMLParser):
    """What tags and attributes a parser finds, and whether every tag is closed in its order."""

    VOID = frozenset({"img", "br", "path"})

    def __init__(self, html):
        super().__init__()
        self.open, self.attributes, self.tags, self.text = [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text.append(data)


class MarkupTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = make_author("Ada & Co. <b>")
        cls.post = make_post(authors=[cls.author])

    def html(self, **options):
        talk = threads.conversation(self.post, **options)
        return rows_html(talk.rows, talk.closing, self.post)

    def test_typed_names_stay_text_wherever_they_stand(self):
        root = make_comment(self.post, name=NASTY, website="https://example.org/?a=1&b='\"")
        make_comment(self.post, parent=root, name=NASTY)
        make_comment(self.post, parent=root, name=NASTY, author=self.author, is_verified=True)
        found = Collector(self.html())
        self.assertNotIn("img", found.tags)
        self.assertEqual([name for name, _value in found.attributes if name.startswith("on")], [])
        self.assertIn(("href", "https://example.org/?a=1&b='\""), found.attributes)
        # Three names, two "answers …", one summary, and two words each for Reply, Like and Report.
        self.assertEqual("".join(found.text).count(NASTY), 3 + 2 + 1 + 3 * 3)

    def test_everything_is_closed(self):
        chain = None
        for number in range(30):
            chain = make_comment(self.post, parent=chain, minutes=number)
        tree.change(Comment.objects.order_by("pk")[3].pk, self.remove)
        self.assertEqual(Collector(self.html()).open, [])

    def test_words_follow_the_language_of_each_page(self):
        root = make_comment(self.post)
        make_comment(self.post, parent=root)
        for language, words, address in [
            ("de", "antwortet auf Berta Leserin", f'href="/c/{root.pk}/report/"'),
            ("en", "answers Berta Leserin", f'href="/en/c/{root.pk}/report/"'),
        ] * 2:
            with self.subTest(language), translation.override(language):
                html = self.html()
                self.assertIn(words, html)
                self.assertIn(address, html)

    def test_rows_have_all_they_show(self):
        make_comment(self.post, author=self.author, is_verified=True)
        comments = threads._rows().fetch_mode(models.FETCH_RAISE)
        rows, closing = drawing.draw(comments, self.post)
        self.assertIn(self.author.get_absolute_url(), rows_html(rows, closing, self.post))

    def test_preview_has_no_address_and_no_buttons(self):
        comment = Comment(post=self.post, name="Eva", body_html="<p>Neu</p>", status="approved")
        comment.tree_id, comment.level = 0, 0
        row = drawing.draw_one(comment, self.post)
        html = row_html(row, self.post, is_preview=True)
        self.assertNotIn("href", html)
        self.assertNotIn("<button", html)
        self.assertIn("<p>Neu</p>", html)

    def test_likes_can_be_switched_off(self):
        make_comment(self.post)
        self.assertIn("<button", self.html())
        SiteSettings(likes_enabled=False).save()
        self.assertNotIn("<button", self.html())

    @staticmethod
    def remove(comment):
        comment.status = Comment.Status.REMOVED
        return ["status"]

    def test_preview_of_an_answer_to_the_post_answers_nobody(self):
        unsent = Comment(post=self.post, name="Berta", tree_id=0, level=0, status="approved")
        self.assertEqual(drawing.draw_one(unsent, self.post).answers_name, "")
