import re
from datetime import timedelta

from django.test import SimpleTestCase, TestCase
from django.urls import reverse
from django.utils import timezone

from blog.models import Post, PostAuthor
from comments import drawing, tree
from comments.models import Comment
from comments.paging import ROWS_PER_PAGE, ROWS_PER_THREAD, THREADS_PER_PAGE, fitting
from comments.templatetags.comments import LONG
from tests.factories import make_author, make_chain, make_comment, make_post


def post_of_nobody():
    post = Post(pk=1)
    post._prefetched_objects_cache = {"bylines": PostAuthor.objects.none()}
    return post


def hide(comment):
    comment.status = Comment.Status.SPAM
    return ["status"]


class DrawTests(SimpleTestCase):
    def draw(self, *levels):
        comments = [
            Comment(pk=pk, tree_id=1, level=level, status="approved", name="N", lft=pk, rght=pk + 1)
            for pk, level in enumerate(levels, start=1)
        ]
        rows, closing = drawing.draw(comments, post_of_nobody())
        return "".join(f"{row.before}<li>{row.comment.pk}" for row in rows) + closing

    def test_every_list_and_row_is_closed(self):
        drawn = self.draw(0, 1, 2, 1, 0, 1).replace(' class="thread"', "")
        self.assertEqual(
            drawn,
            "<ol><li>1<ol><li>2<ol><li>3</li></ol></li><li>4</li></ol></li>"
            "<li>5<ol><li>6</li></ol></li></ol>",
        )

    def test_branch_of_several_answers_folds_and_says_how_many(self):
        comments = [
            Comment(pk=pk, parent_id=parent, tree_id=1, level=level, status=status, name="Eva")
            for pk, parent, level, status in [
                (1, None, 0, "approved"),
                (2, 1, 1, "removed"),
                (3, 2, 2, "approved"),
                (4, 1, 1, "approved"),
            ]
        ]
        rows, closing = drawing.draw(comments, post_of_nobody())
        drawn = "".join(row.before for row in rows) + closing
        self.assertIn("<summary>2 Antworten<", rows[1].before)
        self.assertEqual(drawn.count("<details"), drawn.count("</details>"))
        self.assertEqual(rows[2].before, '<ol class="thread">')

    def test_lists_nest_no_deeper_than_eight(self):
        self.assertEqual(self.draw(*range(300)).count("<ol"), drawing.MAX_LISTS)

    def test_page_that_begins_deep_in_a_thread_is_balanced(self):
        for levels in [(5, 6, 3), (7,), (3, 3, 9)]:
            with self.subTest(levels):
                drawn = self.draw(*levels)
                self.assertEqual(drawn.count("<ol"), drawn.count("</ol>"))
                self.assertEqual(drawn.count("<li"), drawn.count("</li>"))

    def test_nothing_draws_nothing(self):
        self.assertEqual(self.draw(), "")


class ConversationTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = make_author(email="autor@example.org")
        cls.post = make_post(authors=[cls.author])
        cls.url = cls.post.get_absolute_url()

    def test_hidden_answer_keeps_its_place_while_something_stands_below(self):
        root = make_comment(self.post, body="Wurzel")
        gone = make_comment(self.post, parent=root, body="Verschwunden", name="Weg")
        make_comment(self.post, parent=gone, body="Bleibt")
        tree.change(gone.pk, hide)

        response = self.client.get(self.url)

        self.assertContains(response, "Diese Antwort wurde entfernt.")
        self.assertContains(response, "antwortet auf einen entfernten Text")
        self.assertNotContains(response, "Verschwunden")
        self.assertNotContains(response, "Weg")

    def test_hidden_leaf_is_dropped(self):
        make_comment(self.post, status=Comment.Status.PENDING, body="Wartet")
        response = self.client.get(self.url)
        self.assertNotContains(response, "Diese Antwort wurde entfernt.")
        self.assertContains(response, "Noch keine Antwort")

    def test_badge_is_by_proof_and_never_by_name(self):
        make_comment(self.post, author=self.author, is_verified=True, name="Ada Beispiel")
        make_comment(self.post, author=self.author, name="Ada Beispiel")
        response = self.client.get(self.url)
        self.assertContains(response, '<span class="badge">Autor/-in</span>', count=1)

    def test_count_is_true(self):
        make_comment(self.post, author=make_author("B", email="b@example.org"), name="B")
        make_comment(self.post, author=make_author("C", email="c@example.org"), name="B")
        make_comment(self.post, name="Dora")
        make_comment(self.post, name="dora")
        make_comment(self.post, kind=Comment.Kind.REBLOG, name="R")
        make_comment(self.post, kind=Comment.Kind.PINGBACK, name="P")
        response = self.client.get(self.url)
        heading = "4_Antworten von 3_Menschen, 1×_weitergetragen, 1_Erwähnung"
        self.assertContains(response, heading.replace("_", "\N{NO-BREAK SPACE}"))

    def test_mentions_stand_apart_with_their_kind(self):
        make_comment(self.post, kind=Comment.Kind.PINGBACK, source_url="https://example.org/x")
        response = self.client.get(self.url)
        self.assertContains(response, "Erwähnungen")
        self.assertContains(response, 'href="https://example.org/x" rel="nofollow ugc noopener"')

    def test_chain_of_300_replies_renders_page_by_page(self):
        make_chain(self.post, 300)
        self.assertContains(self.client.get(self.url), "Zug 49")
        thread_url = reverse(
            "comments:thread_detail", args=[self.post.slug, self.post.threads.get().pk]
        )
        self.assertContains(self.client.get(self.url), thread_url)
        first = self.client.get(thread_url)
        self.assertContains(first, "Zug 199.</p>")
        last_of_page = first.context["more"]
        self.assertContains(self.client.get(thread_url, {"after": last_of_page}), "Zug 299.</p>")

    def test_threads_are_paged_by_the_last_one_seen(self):
        for number in range(21):
            make_comment(self.post, body=f"Nr. {number}.", minutes=number)
        first = self.client.get(self.url)
        self.assertNotContains(first, "Nr. 20.")
        second = self.client.get(self.url, {"after": self.next_cursor(first)})
        self.assertContains(second, "Nr. 20.")
        self.assertNotContains(second, "Nr. 19.")

    def next_cursor(self, response):
        return re.search(r"after=([\d-]+)#answers", response.text)[1]

    def read_all(self, order, between=lambda: None):
        """Page through an order as a reader does; return the numbers seen."""
        response = self.client.get(self.url, {"order": order})
        seen = re.findall(r"<p>Nr\. (\d+)\.", response.text)
        while 'rel="next"' in response.text:
            between()
            query = {"order": order, "after": self.next_cursor(response)}
            response = self.client.get(self.url, query)
            seen += re.findall(r"<p>Nr\. (\d+)\.", response.text)
        return [int(number) for number in seen]

    def make_numbered(self, count):
        return [
            make_comment(self.post, body=f"Nr. {number}.", minutes=number // 3)
            for number in range(count)
        ]

    def test_each_order_shows_every_answer_once(self):
        self.make_numbered(45)
        self.assertEqual(self.read_all("oldest"), list(range(45)))
        self.assertEqual(self.read_all("newest"), list(range(44, -1, -1)))
        self.assertEqual(sorted(self.read_all("liveliest")), list(range(45)))

    def test_liveliest_first_and_spam_makes_nobody_lively(self):
        roots = self.make_numbered(25)
        make_comment(self.post, parent=roots[7])
        for _number in range(3):
            make_comment(self.post, parent=roots[3], status=Comment.Status.SPAM)
        self.assertEqual(self.read_all("liveliest")[0], 7)

    def test_orders_hold_still_while_somebody_pages(self):
        for order in ["oldest", "newest", "liveliest"]:
            with self.subTest(order):
                self.post = make_post(f"Beitrag {order}", authors=[self.author])
                self.url = self.post.get_absolute_url()
                roots = self.make_numbered(45)

                def meanwhile(roots=roots):
                    fresh = timezone.now() + timedelta(seconds=1)
                    for root in roots[::2]:
                        make_comment(self.post, parent=root, body="Neu", created_at=fresh)
                    tree.change(roots[19].pk, hide)
                    tree.change(roots[25].pk, hide)

                seen = self.read_all(order, meanwhile)
                self.assertEqual(len(seen), len(set(seen)))
                self.assertLessEqual(set(range(45)) - {19, 25}, set(seen))

    def test_nonsense_cursor_is_the_first_page(self):
        make_comment(self.post)
        for after in ["x", "-1", "1-2", "1-2-", "9" * 30, "1-2-" + "9" * 18, "١-١-١"]:
            with self.subTest(after):
                response = self.client.get(self.url, {"after": after})
                self.assertContains(response, "Gut gesagt.")

    def test_name_and_text_are_escaped_once(self):
        make_comment(self.post, name='TALER & <b onx="1">TALAR', body="a & <script>b")
        response = self.client.get(self.url)
        self.assertContains(response, "TALER &amp; &lt;b onx=&quot;1&quot;&gt;TALAR")
        self.assertNotContains(response, "<script>b")


class CommentDetailTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def get(self, comment):
        return self.client.get(comment.get_absolute_url())

    def test_leads_to_the_place_on_the_first_page(self):
        comment = make_comment(self.post)
        self.assertEqual(
            self.get(comment).headers["Location"],
            f"{self.post.get_absolute_url()}#comment-{comment.pk}",
        )

    def test_leads_to_the_second_page_of_threads(self):
        for number in range(21):
            comment = make_comment(self.post, minutes=number)
        place = self.get(comment).headers["Location"]
        self.assertIn("?after=", place)
        self.assertContains(self.client.get(place), f'id="comment-{comment.pk}"')

    def test_leads_into_a_long_thread(self):
        comment = make_chain(self.post, 260)[-1]
        place = self.get(comment).headers["Location"]
        self.assertIn("/threads/", place)
        self.assertContains(self.client.get(place), f'id="comment-{comment.pk}"')

    def test_hidden_ones_are_not_found_unless_something_stands_below(self):
        pending = make_comment(self.post, status=Comment.Status.PENDING)
        self.assertEqual(self.get(pending).status_code, 404)
        removed = make_comment(self.post, status=Comment.Status.REMOVED)
        make_comment(self.post, parent=removed)
        self.assertEqual(self.get(removed).status_code, 302)


class PageLengthTests(TestCase):
    def test_a_page_of_many_answers_says_so(self):
        post = make_post()
        root = make_comment(post)
        for _number in range(LONG - 1):
            make_comment(post, parent=root)
        self.assertNotContains(self.client.get(post.get_absolute_url()), "conversation-long")
        make_comment(post, parent=root)
        self.assertContains(self.client.get(post.get_absolute_url()), "conversation-long")

    def test_short_threads_fill_a_page_by_their_number(self):
        self.assertEqual(fitting([1] * 50), THREADS_PER_PAGE)

    def test_long_threads_fill_it_by_their_rows(self):
        self.assertEqual(fitting([30, 30, 30, 30]), ROWS_PER_PAGE // 30)

    def test_a_thread_counts_only_as_far_as_it_is_shown(self):
        self.assertEqual(fitting([10_000, 40, 20]), 2)

    def test_first_thread_is_shown_however_long(self):
        self.assertEqual(fitting([10_000]), 1)
        self.assertEqual(fitting([60, 60]), 1 + (2 * ROWS_PER_THREAD <= ROWS_PER_PAGE))

    def test_every_answer_of_a_post_with_long_threads_is_led_to_and_paged_through(self):
        post = make_post()
        roots = [make_comment(post, minutes=number) for number in range(4)]
        for root in roots:
            for number in range(39):
                make_comment(post, parent=root, body=f"Antwort {number}")
        address, seen = post.get_absolute_url(), []
        while address:
            page = self.client.get(address).content.decode()
            seen += re.findall(r'<li id="comment-(\d+)"', page)
            more = re.search(r'rel="next" href="([^"]+)"', page)
            address = more and more[1].replace("&amp;", "&")
        self.assertEqual(len(seen), 160)
        self.assertEqual(len(set(seen)), 160)
        for root in roots:
            place = self.client.get(root.get_absolute_url()).headers["Location"]
            self.assertContains(self.client.get(place), f'id="comment-{root.pk}"')
