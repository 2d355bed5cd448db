"""Search; the table of what finds what is run on SQLite and on PostgreSQL alike."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from unittest import mock

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import SimpleTestCase, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from blog.models import Post, SearchEntry, SearchWord, Tag
from blog.search import index, words
from blog.search.analysis import pair_of
from blog.search.finding import did_you_mean, find, limits_of, visible_entries
from blog.search.limits import Filters
from blog.search.query import MAX_LENGTH, parse
from blog.search.snippets import marked, snippet
from comments import tree
from comments.models import Comment
from tests.factories import NOON, make_author, make_category, make_comment, make_post


class SearchTestCase(TestCase):
    """Entries of posts are written after the transaction, which no test here has an end of."""

    def found(self, text, **filters):
        """Return the titles of the posts, and the texts of the answers, that a search finds."""
        index.refresh_all()
        ids = find(parse(text), Filters(**filters))
        entries = SearchEntry.objects.in_bulk(ids)
        return [entries[pk].title or entries[pk].text for pk in ids]


class FindTests(SearchTestCase):
    @classmethod
    def setUpTestData(cls):
        texts = {
            "Der Empathie-Trainer": "<p>Ein Beitrag über Gefühle.</p>",
            "Neues vom Gehirn": "<p>Die Spiegelneuronen feuern häufig, auch beim Zusehen.</p>",
            "Die Straße": "<p>In großen Städten fahren Züge und Busse.</p>",
            "Maß halten": "<p>Carlo Düllings und Frau Müller reden in Ruhe miteinander.</p>",
        }
        for day, (title, body) in enumerate(texts.items()):
            make_post(title, body=body, authors=[], published_at=NOON + timedelta(days=day))
        make_post(
            "Mirror neurons", authors=[], language="en", published_at=NOON + timedelta(days=9),
            body="<p>Trainers were running, as Mr. Müller's studies don't deny.</p>",
        )  # fmt: skip

    # What is searched, and the titles that are found, best first.
    TABLE = {
        # Stems, each language by its own rules.
        "Spiegelneuron": ["Neues vom Gehirn"],
        "spiegelneuronen": ["Neues vom Gehirn"],
        "SPIEGELNEURONS": ["Neues vom Gehirn"],
        "Beiträge": ["Der Empathie-Trainer"],
        "Zug": ["Die Straße"],
        "Stadt": ["Die Straße"],
        "neuron": ["Mirror neurons"],
        "run": ["Mirror neurons"],
        "study": ["Mirror neurons"],
        # Umlauts and ß in all spellings, in both directions.
        "haeufig": ["Neues vom Gehirn"],
        "häufig": ["Neues vom Gehirn"],
        "haufig": ["Neues vom Gehirn"],
        "ha\u0308ufig": ["Neues vom Gehirn"],
        "Gefuehl": ["Der Empathie-Trainer"],
        "Strasse": ["Die Straße"],
        "STRASSE": ["Die Straße"],
        "Straße": ["Die Straße"],
        "Mass": ["Maß halten"],
        "Duellings": ["Maß halten"],
        "Dullings": ["Maß halten"],
        "Mueller": ["Mirror neurons", "Maß halten"],
        "Müller": ["Mirror neurons", "Maß halten"],
        "Muller": ["Mirror neurons", "Maß halten"],
        # Compounds with a hyphen: their parts, the whole, and all of it written as one.
        "Trainer": ["Der Empathie-Trainer", "Mirror neurons"],
        "Empathie": ["Der Empathie-Trainer"],
        "Empathie-Trainer": ["Der Empathie-Trainer"],
        "Empathietrainer": ["Der Empathie-Trainer"],
        "Empathie Trainer": ["Der Empathie-Trainer"],
        "Trainer-Empathie": [],
        "don't": ["Mirror neurons"],
        "don’t": ["Mirror neurons"],
        # All words, phrases, exclusion.
        "Spiegelneuron häufig": ["Neues vom Gehirn"],
        "Spiegelneuron Züge": [],
        '"feuern häufig"': ["Neues vom Gehirn"],
        "„feuern haeufig“": ["Neues vom Gehirn"],
        '"häufig feuern"': [],
        '"Empathie Trainer"': ["Der Empathie-Trainer"],
        '"Trainer Ein Beitrag"': [],  # no phrase reaches from the title into the text
        "Müller -Düllings": ["Mirror neurons"],
        "Müller -duelling": ["Mirror neurons"],
        'Müller -"in Ruhe"': ["Mirror neurons"],
        "Trainer -Empathie": ["Mirror neurons"],
        "Haus": [],
        # What means something to a database and nothing to us.
        '"feuern häufig': ["Neues vom Gehirn"],
        "häufig*": ["Neues vom Gehirn"],
        "häufig NOT feuern": [],
        "title_terms:häufig": [],
        "häufig) OR (Züge": [],
        "häufig'; DROP TABLE blog_post; --": [],
        "Züge & Busse": ["Die Straße"],
        "Züge | häufig": [],
        "!Züge": ["Die Straße"],
        "Züge:*": ["Die Straße"],
        "%Zug_": ["Die Straße"],
        "NEAR(Zug Busse)": [],
        "^Züge": ["Die Straße"],
        "Zug\\": ["Die Straße"],
    }

    def test_what_finds_what(self):
        for text, titles in self.TABLE.items():
            with self.subTest(text):
                self.assertEqual(self.found(text), titles)

    def test_what_cannot_be_searched_is_refused_in_words(self):
        refused = ["", "   ", "-Zug", '""', "-", "***", "a\x00b", "\ud800", "x" * (MAX_LENGTH + 1)]
        for text in [*refused, "x" * 10_000, "a " * 99]:
            with self.subTest(ascii(text[:20])), self.assertRaises(ValidationError):
                parse(text)

    def test_other_scripts_and_long_words_do_not_trip_a_database(self):
        for text in ["Привет мир", "日本語", "मन", "😀 Zug", "x" * 190, "½ ﬁnden", "İstanbul"]:
            with self.subTest(text):
                self.found(text)

    def test_words_of_other_scripts_are_found(self):
        make_post("Привет, мир", authors=[])
        self.assertEqual(self.found("привет"), ["Привет, мир"])

    def test_soft_hyphens_part_no_word(self):
        make_post("Trennung", authors=[], body="<p>Donau&shy;dampf&shy;schiff</p>")
        self.assertEqual(self.found("Donaudampfschiff"), ["Trennung"])


class OrderTests(SearchTestCase):
    def test_title_comes_before_subject_and_subject_before_mention_then_the_newest(self):
        on = {number: NOON - timedelta(days=number) for number in range(6)}
        make_post("Anderes", authors=[], published_at=on[1], body="<p>Einmal Wandel.</p>")
        make_post("Neueres", authors=[], published_at=on[0], body="<p>Auch Wandel.</p>")
        make_post("Oft", authors=[], published_at=on[3], body="<p>Wandel, Wandel, Wandel.</p>")
        make_post("Vom Wandel", authors=[], published_at=on[4])
        make_post("Mit Schlagwort", published_at=on[5], tags=[Tag.objects.create(name="Wandel")])
        order = ["Vom Wandel", "Oft", "Mit Schlagwort", "Neueres", "Anderes"]
        self.assertEqual(self.found("Wandel"), order)

    def test_of_very_many_those_indexed_last_are_found_in_whatever_steps(self):
        titles = [f"Beitrag {number}" for number in range(12)]
        for day, title in enumerate(titles):
            make_post(title, authors=[], published_at=NOON + timedelta(days=day))
        self.assertEqual(self.found("Beitrag"), titles[::-1])
        Post.objects.filter(title="Beitrag 10").update(status="draft")  # no signal tells the index
        with mock.patch("blog.search.finding.MOST", 3):
            self.assertEqual(self.found("Beitrag"), ["Beitrag 11", "Beitrag 9", "Beitrag 8"])

    def test_what_is_not_among_the_newest_entries_is_found_as_well(self):
        post = make_post("Uralt", authors=[])
        index.refresh_all()
        SearchEntry.objects.filter(post=post).update(id=5, title_terms=F("title_terms"))
        newest = make_post("Uralt und neu", authors=[], published_at=NOON + timedelta(days=1))
        index.refresh_all()
        SearchEntry.objects.filter(post=newest).update(id=5_000_000, title_terms=F("title_terms"))
        self.assertEqual(self.found("Uralt"), ["Uralt und neu", "Uralt"])

    def test_common_words_are_a_phrase_only_where_they_follow_each_other(self):
        make_post("Eins", authors=[], body="<p>Es war einmal, und sie war es einmal.</p>")
        make_post("Zwei", authors=[], body="<p>Einmal war es so, es war so einmal.</p>")
        make_post("Drei", authors=[], body="<p>Es war nie so, und so war einmal nichts.</p>")
        self.assertEqual(self.found('"es war einmal"'), ["Eins"])
        self.assertEqual(self.found('einmal -"es war einmal"'), ["Drei", "Zwei"])

    def test_phrase_in_a_title_comes_before_one_in_a_tag_and_one_in_a_text(self):
        tag = Tag.objects.create(name="Mut zur Wut")
        on = [NOON - timedelta(days=number) for number in range(4)]
        make_post("Wut zur Mut", authors=[], published_at=on[0], body="<p>Mut zur Wut.</p>")
        make_post("Mit Schlagwort", authors=[], published_at=on[1], tags=[tag])
        make_post("Vom Mut zur Wut", authors=[], published_at=on[2])
        make_post("Mut zur", authors=[], published_at=on[3], body="<p>Wut.</p>")
        order = ["Vom Mut zur Wut", "Mit Schlagwort", "Wut zur Mut"]
        self.assertEqual(self.found('"Mut zur Wut"'), order)
        entry = SearchEntry.objects.get(title="Wut zur Mut")
        pairs = {place: f" {place}{pair_of('dmut', 'dzur')} " for place in ("t", "a", "")}
        found = {place for place, pair in pairs.items() if pair in entry.other_terms}
        self.assertEqual(found, {""})  # so it is not even looked at for its title

    def test_very_long_texts_are_found_to_the_end(self):
        body = " ".join(f"Wort{number}" for number in range(30_000))
        make_post("Lang", authors=[], body=f"<p>{body} Schlusspunkt</p>")
        self.assertEqual(self.found("Schlusspunkt"), ["Lang"])
        self.assertEqual(self.found('"Wort14000 Wort14001"'), ["Lang"])


class FilterTests(SearchTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ada, cls.ben = make_author("Ada"), make_author("Ben")
        cls.service = make_category("Service")
        cls.below = make_category("Beschwerden", parent=cls.service)
        cls.tag = Tag.objects.create(name="Mut")
        make_post("Erster Wandel", authors=[cls.ada], category=cls.below, tags=[cls.tag])
        second = make_post(
            "Second Wandel", authors=[cls.ben], language="en", published_at=NOON.replace(year=2024)
        )
        make_comment(second, body="Wandel, sagt Ada.", author=cls.ada, is_verified=True)
        make_comment(second, body="Wandel, sagt wer.", author=cls.ada, minutes=1)

    def test_each_filter_leaves_what_fits(self):
        first, second = "Erster Wandel", "Second Wandel"
        proved, typed = "Wandel, sagt Ada.", "Wandel, sagt wer."
        for filters, found in [
            ({}, [first, second, typed, proved]),
            ({"author": self.ada}, [first, proved]),
            ({"author": self.ben}, [second]),
            ({"category": self.service}, [first]),
            ({"category": self.below}, [first]),
            ({"tag": self.tag}, [first]),
            ({"year": 2024}, [second]),
            ({"year": 2026}, [first, typed, proved]),
            ({"language": "en"}, [second]),
            ({"kind": "post"}, [first, second]),
            ({"kind": "answer"}, [typed, proved]),
            ({"kind": "post", "language": "de", "author": self.ada}, [first]),
        ]:
            with self.subTest(filters):
                self.assertEqual(self.found("Wandel", **filters), found)

    def test_year_begins_where_the_site_is(self):
        late = datetime(2023, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
        make_post("Neujahr", authors=[], published_at=late)
        self.assertEqual(self.found("Neujahr", year=2024), ["Neujahr"])
        self.assertEqual(self.found("Neujahr", year=2023), [])

    def test_filters_follow_what_a_post_is_about_and_its_answers_with_it(self):
        second = Post.objects.get(title="Second Wandel")
        answers = ["Wandel, sagt wer.", "Wandel, sagt Ada."]
        new = Tag.objects.create(name="Wut")
        second.tags.add(new)
        self.assertEqual(self.found("Wandel", tag=new), ["Second Wandel", *answers])
        second.tags.clear()
        self.assertEqual(self.found("Wandel", tag=new), [])
        second.category = self.below
        second.save()
        self.assertEqual(self.found("Wandel", category=self.below, kind="answer"), answers)
        self.below.parent = None
        self.below.save()
        self.assertEqual(self.found("Wandel", category=self.service), [])

    def test_visible_rows_are_looked_up_by_their_numbers_alone(self):
        everything = Filters(self.ada, self.service, self.tag, 2024, "en", "answer")
        for filters in [Filters(), everything]:
            limits = limits_of(filters, filters.categories())
            plan = visible_entries(filters.kind, range(1, 99), timezone.now(), limits).explain()
            if connection.vendor == "sqlite":
                self.assertIn("blog_searchentry USING INTEGER PRIMARY KEY", plan)
                self.assertEqual(plan.count("blog_searchentry"), 1, plan)
            else:
                self.assertNotRegex(plan, "Join|Loop|hashed")

    def test_rows_decide_whatever_the_index_still_says(self):
        self.found("Wandel")
        Post.tags.through.objects.all().delete()  # no signal tells the index
        self.assertEqual(self.found("Wandel", tag=self.tag), [])

    def test_answers_of_a_moved_thread_are_limited_as_their_new_post_is(self):
        comment = make_comment(make_post("Woanders"), body="Wandel zieht um.")
        tree.move_thread(comment.pk, Post.objects.get(title="Erster Wandel"))
        self.assertIn("Wandel zieht um.", self.found("Wandel", tag=self.tag))


class VisibilityTests(SearchTestCase):
    def setUp(self):
        self.post = make_post("Versteck", body="<p>Geheimnis</p>")

    def test_posts_that_nobody_may_read_are_not_found(self):
        self.assertEqual(self.found("Geheimnis"), ["Versteck"])
        for fields in [
            {"status": Post.Status.DRAFT},
            {"status": Post.Status.ARCHIVED},
            {"published_at": timezone.now() + timedelta(hours=1)},
        ]:
            with self.subTest(fields):
                Post.objects.filter(pk=self.post.pk).update(**fields)  # no signal tells the index
                self.assertEqual(self.found("Geheimnis"), [])

    def test_scheduled_post_is_found_when_its_time_has_come(self):
        soon = timezone.now() + timedelta(hours=1)
        make_post("Morgen", published_at=soon, body="<p>Zukunft</p>")
        self.assertEqual(self.found("Zukunft"), [])
        Post.objects.filter(title="Morgen").update(published_at=NOON)
        self.assertEqual(self.found("Zukunft"), ["Morgen"])

    def test_draft_leaves_the_index_and_nothing_of_it_stays(self):
        index.refresh_all()
        self.post.status = Post.Status.DRAFT
        self.post.save()
        index.refresh_all()
        self.assertFalse(SearchEntry.objects.exists())

    def test_changed_text_is_found_by_its_new_words_alone(self):
        index.refresh_all()
        self.post.body = "<p>Offenbarung</p>"
        self.post.save()
        self.assertEqual(self.found("Geheimnis"), [])
        self.assertEqual(self.found("Offenbarung"), ["Versteck"])

    def test_post_is_found_after_its_transaction_without_a_worker(self):
        with self.captureOnCommitCallbacks(execute=True):
            make_post("Gleich da")
        self.assertFalse(SearchEntry.objects.filter(title="Gleich da", is_stale=True).exists())
        self.assertEqual(len(find(parse("Gleich da"), Filters())), 1)

    def test_names_of_authors_tags_and_categories_are_followed(self):
        author, tag = make_author("Berta"), Tag.objects.create(name="Mut")
        category = make_category("Service")
        make_post("Benannt", authors=[author], tags=[tag], category=category)
        for row, new in [(author, "Dora"), (tag, "Demut"), (category, "Hilfe")]:
            with self.subTest(new):
                self.assertEqual(self.found(row.name), ["Benannt"])
                old, row.name = row.name, new
                row.save()
                self.assertEqual((self.found(old), self.found(new)), ([], ["Benannt"]))
        tag.delete()
        category.delete()
        self.assertEqual((self.found("Demut"), self.found("Hilfe")), ([], []))

    def test_only_visible_answers_are_found(self):
        for status in Comment.Status:
            make_comment(self.post, body=f"Echo {status}", status=status)
        make_comment(self.post, body="Echo anderswo", kind=Comment.Kind.PINGBACK)
        self.assertEqual(self.found("Echo"), ["Echo approved"])

    def test_answers_follow_their_moderation(self):
        comment = make_comment(self.post, body="Widerhall", status=Comment.Status.PENDING)
        for status, found in [("approved", ["Widerhall"]), ("spam", [])]:

            def decide(row, status=status):
                row.status = status
                return ["status"]

            tree.change(comment.pk, decide)
            self.assertEqual(self.found("Widerhall"), found)

    def test_status_that_no_signal_told_of_hides_an_answer(self):
        comment = make_comment(self.post, body="Widerhall")
        Comment.objects.filter(pk=comment.pk).update(status="removed")
        self.assertEqual(self.found("Widerhall"), [])

    def test_deleted_answers_and_tombstones_are_gone(self):
        comment = make_comment(self.post, body="Widerhall")
        reply = make_comment(self.post, parent=comment, body="Doppelter Widerhall")
        tree.delete(comment.pk)
        self.assertEqual(self.found("Widerhall"), ["Doppelter Widerhall"])
        tree.delete(reply.pk)
        self.assertFalse(SearchEntry.objects.filter(kind="answer").exists())

    def test_moved_thread_is_found_as_its_new_post_is(self):
        comment = make_comment(self.post, body="Widerhall")
        tree.move_thread(comment.pk, make_post("Ziel"))
        self.assertEqual(self.found("Widerhall"), ["Widerhall"])
        tree.move_thread(comment.pk, make_post("Entwurf", status=Post.Status.DRAFT))
        self.assertEqual(self.found("Widerhall"), [])

    def test_answers_go_with_their_post(self):
        make_comment(self.post, body="Widerhall")
        self.post.delete()
        self.assertFalse(SearchEntry.objects.exists())

    def test_rebuilding_makes_the_same_index_and_takes_out_strays(self):
        make_comment(self.post, body="Widerhall")
        index.refresh_all()
        terms = ["kind", "object_id", "title_terms", "about_terms", "body_terms", "text"]
        before = list(SearchEntry.objects.order_by("pk").values(*terms))
        SearchEntry.objects.filter(kind="answer").update(object_id=999_999)
        for _ in range(2):
            call_command("rebuild_search", stdout=StringIO())
            self.assertEqual(list(SearchEntry.objects.order_by("pk").values(*terms)), before)


class SnippetTests(SimpleTestCase):
    def test_matches_are_marked_as_they_are_written(self):
        text = "Die Spiegelneuronen feuern häufig, sagt der Empathie-Trainer."
        for query, found in [
            ("spiegelneuron", ["Spiegelneuronen"]),
            ("haeufig", ["häufig"]),
            ("Trainer", ["Trainer"]),
            ("Empathietrainer", ["Empathie-Trainer"]),
            ('"feuern häufig"', ["feuern", "häufig"]),
            ("Haus", []),
        ]:
            with self.subTest(query):
                pieces = marked(text, parse(query).terms, "de")
                self.assertEqual([piece.text for piece in pieces if piece.is_match], found)
                self.assertEqual("".join(piece.text for piece in pieces), text)

    def test_word_is_looked_at_from_its_beginning_and_in_any_letters(self):
        for text, query, found in [
            ("Éclairs, ein ECLAIR", "eclair", ["Éclairs", "ECLAIR"]),
            ("Öl, oel, OL", "öl", ["Öl", "oel", "OL"]),
            ("Привет, привета", "привет", ["Привет"]),
            ("wasn't it a T", "t", ["T"]),
            ("der Neu-Empathie-Trainer", "Empathietrainer", []),
            ("l'Empathie-Trainer", "Empathietrainer", []),
        ]:
            with self.subTest(text):
                pieces = marked(text, parse(query).terms, "de")
                self.assertEqual([piece.text for piece in pieces if piece.is_match], found)

    def test_the_stretch_is_where_most_words_meet(self):
        text = "Nur Mut. " + "Füllwort " * 100 + "Hier sind Mut und Wut. " + "Ende " * 100
        found = snippet(text, parse("Mut Wut").terms, "de")
        matched = [piece.text for piece in found.pieces if piece.is_match]
        self.assertEqual(matched, ["Mut", "Wut"])
        self.assertTrue(found.has_before)
        self.assertTrue(found.has_after)


class SuggestionTests(SearchTestCase):
    @classmethod
    def setUpTestData(cls):
        with cls.captureOnCommitCallbacks(execute=True):
            make_post("Die Empathie der Spiegelneuronen", body="<p>Häufig große Größe.</p>")
            make_post("Entwurf", status=Post.Status.DRAFT, body="<p>Heimlichkeit</p>")

    def test_slips_are_put_right(self):
        for typed, meant in [
            ("Empahtie", "Empathie"),
            ("Emphatie", "Empathie"),
            ("Empatie", "Empathie"),
            ("Mpathie", "Empathie"),
            ("Empathhie", "Empathie"),
            ("Spigelneuronen", "Spiegelneuronen"),
            ("heufig", "Häufig"),
            ("Größße", "Größe"),
            ("Empatie -Zug", "Empathie -Zug"),
        ]:
            with self.subTest(typed):
                self.assertEqual(did_you_mean(parse(typed), Filters()), meant)

    def test_nothing_is_suggested_that_finds_nothing(self):
        for typed in ["Empathie", "Heimlichkeid", "Xylophon", "zu", "x" * 60]:
            with self.subTest(typed):
                self.assertEqual(did_you_mean(parse(typed), Filters()), "")

    def test_words_of_what_was_hidden_since_are_not_suggested(self):
        Post.objects.update(status=Post.Status.DRAFT)
        self.assertTrue(SearchWord.objects.filter(spelling="Empathie").exists())
        self.assertEqual(did_you_mean(parse("Empahtie"), Filters()), "")

    def test_distance_counts_a_swap_as_one_slip(self):
        for one, other, distance in [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "xbcd", 2)]:
            self.assertEqual(words.distance_of(one, other), distance)


class SearchPageTests(SearchTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.url = reverse("blog:search")
        cls.post = make_post("Empathie & <b>Mut</b>", body="<p>Die &lt;i&gt;Empathie&lt;/i&gt;</p>")
        make_comment(cls.post, body="<script>Empathie</script>", name="<b>Berta</b>")
        index.refresh_all()

    def test_the_form_alone_asks_nothing_of_the_index(self):
        response = self.client.get(self.url)
        self.assertContains(response, 'name="q"')
        self.assertNotIn("hits", response.context)

    def test_matches_are_marked_and_everything_else_is_escaped(self):
        response = self.client.get(self.url, {"q": "empathie"})
        self.assertContains(response, "<mark>Empathie</mark> &amp; &lt;b&gt;Mut&lt;/b&gt;")
        self.assertContains(response, "&lt;i&gt;<mark>Empathie</mark>&lt;/i&gt;")
        self.assertContains(response, "&lt;script&gt;<mark>Empathie</mark>&lt;/script&gt;")
        self.assertContains(response, "&lt;b&gt;Berta&lt;/b&gt;")
        self.assertNotContains(response, "<b>")

    def test_results_are_for_no_search_engine_and_no_cache_and_set_no_cookie(self):
        response = self.client.get(self.url, {"q": "empathie"})
        self.assertContains(response, '<meta name="robots" content="noindex">')
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertFalse(response.cookies)

    def test_an_answer_leads_to_where_it_stands(self):
        response = self.client.get(self.url, {"q": "empathie", "kind": "answer"})
        comment = Comment.objects.get()
        self.assertContains(response, f'href="{comment.get_absolute_url()}"')

    def test_whatever_is_typed_is_answered_with_a_page(self):
        for text in ["", '"', "-", "\x00", "\ud800", "x" * 10_000, "NEAR(", "a AND", "*", "💥"]:
            with self.subTest(ascii(text[:9])):
                typed = text.encode("utf-8", "surrogatepass").decode("latin-1")
                response = self.client.get(self.url, {"q": typed})
                self.assertEqual(response.status_code, 200)
                self.assertContains(response, 'name="q"')

    def test_wrong_filters_are_said_at_their_field_and_find_nothing(self):
        for name, value in [
            ("author", "niemand"), ("category", "keine"), ("tag", "gibt-es-nicht"),
            ("year", "99999"), ("year", "x"), ("language", "fr"), ("kind", "x"),
        ]:  # fmt: skip
            with self.subTest(name):
                response = self.client.get(self.url, {"q": "empathie", name: value})
                self.assertTrue(response.context["form"].errors[name])
                self.assertNotIn("hits", response.context)
        response = self.client.get(self.url, {"q": "empathie", "year": "1066"})
        self.assertContains(response, "Bitte gib ein Jahr an, etwa 2024.")
        self.assertNotContains(response, "freiwillig")

    def test_nothing_found_is_said_in_words(self):
        response = self.client.get(self.url, {"q": "Xylophonquartett"})
        self.assertContains(response, "Nichts gefunden</h2>")

    def test_typo_is_offered_put_right(self):
        index.words.learn(SearchEntry.objects.all())
        response = self.client.get(self.url, {"q": "Empahtie", "kind": "post"})
        self.assertContains(response, '?q=Empathie&amp;kind=post">Empathie</a>')

    def test_categories_are_offered_as_the_tree_they_hang_in(self):
        make_category("Allerlei")
        service = make_category("Service")
        below = make_category("Beschwerden", parent=service)
        make_category("Briefe", parent=below)
        response = self.client.get(self.url, {"q": "empathie", "category": "beschwerden"})
        offered = [label for _value, label in response.context["form"].fields["category"].choices]
        steps = ["Allerlei", "Service", "\u2003Beschwerden", "\u2003\u2003Briefe"]
        self.assertEqual(offered[1:], steps)
        chosen = '<option value="beschwerden" selected>\u2003Beschwerden</option>'
        self.assertContains(response, chosen, html=True)

    def test_only_authors_of_published_posts_are_offered_by_their_names_of_now(self):
        author, draft = make_author("Ada"), make_author("Ben")
        make_post("Eins", authors=[author])
        make_post("Zwei", authors=[draft], status=Post.Status.DRAFT)
        for name in ["Ada", "Ada & Co."]:
            author.name = name
            author.save()
            index.refresh_all()
            response = self.client.get(self.url, {"q": "eins", "author": author.slug})
            option = f'<option value="ada" selected>{escape(name)}</option>'
            self.assertContains(response, option, html=True)
            self.assertNotContains(response, "Ben</option>")
            self.assertEqual(len(response.context["hits"]), 1)
        response = self.client.get(self.url, {"q": "eins", "author": draft.slug})
        self.assertTrue(response.context["form"].errors["author"])

    def test_queries_do_not_grow_with_categories(self):
        counts = []
        for number in range(3):
            with CaptureQueriesContext(connection) as queries:
                self.client.get(self.url)
            counts.append(len(queries))
            parent = make_category(f"Oben {number}")
            make_category(f"Unten {number}", parent=parent)
        self.assertEqual(len(set(counts)), 1)

    def test_queries_do_not_grow_with_results(self):
        counts = []
        for number in range(3):
            with CaptureQueriesContext(connection) as queries:
                self.client.get(self.url, {"q": "empathie"})
            counts.append(len(queries))
            for other in range(8 * number + 1):
                post = make_post(f"Empathie {number} {other}", authors=[])
                make_comment(post, body="Empathie")
            index.refresh_all()
        # One more on PostgreSQL: where the newest entries are.
        self.assertEqual(set(counts), {10 if connection.vendor == "postgresql" else 9})

    def test_pages_go_on_and_no_page_is_an_error(self):
        for number in range(25):
            make_post(f"Viele {number}", authors=[])
        index.refresh_all()
        for page, count in [("1", 20), ("2", 5), ("99", 5), ("x", 20)]:
            response = self.client.get(self.url, {"q": "viele", "page": page})
            self.assertEqual(len(response.context["hits"]), count)

    def test_too_many_searches_are_refused(self):
        with mock.patch("blog.search.views.SEARCHES_PER_WINDOW", 1):
            self.assertEqual(self.client.get(self.url, {"q": "a"}).status_code, 200)
            self.assertEqual(self.client.get(self.url, {"q": "a"}).status_code, 429)

    def test_a_search_is_a_feed_of_posts(self):
        for name in ("search_feed", "search_feed_atom", "search_feed_json"):
            with self.subTest(name):
                response = self.client.get(reverse(f"blog:{name}"), {"q": "empathie"})
                self.assertContains(response, f"#post-{self.post.pk}")
                nothing = self.client.get(reverse(f"blog:{name}"), {"q": "xylophon"})
                self.assertNotContains(nothing, f"#post-{self.post.pk}")
                self.assertEqual(self.client.get(reverse(f"blog:{name}")).status_code, 404)

    def test_browsers_are_told_how_to_search(self):
        response = self.client.get(reverse("blog:search_description"))
        address = f"{settings.BASE_URL}{self.url}?q={{searchTerms}}"
        self.assertContains(response, f'template="{address}"')
        self.assertContains(self.client.get("/"), reverse("blog:search_description"))
