"""Related posts: computed by the worker, with the reason in words; chosen ones stand above."""

from datetime import timedelta

from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from blog.likeness import main_words, rarity
from blog.models import Change, Post, RelatedPost, Relative, RelativeSearch, Series, Tag
from blog.reading import around, published_post
from blog.search import index
from blog.tasks import find_relatives
from tests.factories import NOON, make_category, make_post

NEURONS = (
    "<p>Was Spiegelneuronen tun. Wie Spiegelneuronen wirken. Warum Spiegelneuronen helfen.</p>"
)


def make_tag(name="Empathie"):
    return Tag.objects.create(name=name)


def compute():
    """What the worker does within a minute."""
    index.refresh_all()
    find_relatives.func()


def offered(post):
    """Titles of what stands below a post, each with its reason."""
    found = around(published_post(post.slug))["related"]
    return {other.title: str(other.reason) for other in found}


class ComputingTests(TestCase):
    def test_publishing_leaves_a_row_that_the_worker_does(self):
        with self.captureOnCommitCallbacks() as callbacks:
            post = make_post(tags=[make_tag()])
        self.assertEqual(list(RelativeSearch.objects.values_list("post", flat=True)), [post.pk])
        self.assertTrue(callbacks)
        compute()
        self.assertFalse(RelativeSearch.objects.exists())

    def test_a_draft_asks_for_nothing(self):
        make_post(status="draft", tags=[make_tag()])
        self.assertFalse(RelativeSearch.objects.exists())

    def test_both_sides_know_each_other_and_name_what_they_share(self):
        tags = [make_tag("Empathie"), make_tag("Service")]
        one, other = make_post("Eins", tags=tags), make_post("Zwei", tags=tags)
        make_post("Drei")
        compute()
        reason = "gemeinsame Schlagwörter: Empathie, Service"
        self.assertEqual(offered(one), {"Zwei": reason})
        self.assertEqual(offered(other), {"Eins": reason})

    def test_reason_is_told_in_the_readers_language(self):
        one, _other = (make_post(title, tags=[Tag.objects.get_or_create(name="Mut")[0]])
                       for title in ("Eins", "Zwei"))  # fmt: skip
        compute()
        with override("en"):
            self.assertEqual(offered(one), {"Zwei": "common tag: Mut"})

    def test_rare_words_relate_and_common_ones_do_not(self):
        one = make_post("Vom Lachen", body=NEURONS)
        make_post("Vom Gähnen", body=NEURONS)
        for number in range(8):
            make_post(f"Beitrag {number}", body="<p>Ein Tag. Der Tag. Am Tag. Jeder Tag.</p>")
        compute()
        self.assertEqual(
            offered(one), {"Vom Gähnen": 'auch über: <span lang="de">Spiegelneuronen</span>'}
        )
        self.assertEqual(offered(Post.objects.get(slug="beitrag-1")), {})

    def test_a_word_that_is_a_tag_as_well_is_named_once(self):
        tag = make_tag("Spiegelneuronen")
        one, _two = (make_post(title, body=NEURONS, tags=[tag]) for title in ("Eins", "Zwei"))
        compute()
        self.assertEqual(offered(one), {"Zwei": "gemeinsames Schlagwort: Spiegelneuronen"})

    def test_same_category_is_a_reason_only_if_nothing_else_is(self):
        category, tag = make_category(), make_tag()
        one = make_post("Eins", category=category, tags=[tag])
        make_post("Zwei", category=category, tags=[tag])
        make_post("Drei", category=category)
        compute()
        self.assertEqual(
            offered(one),
            {"Zwei": "gemeinsames Schlagwort: Empathie", "Drei": "gleiche Kategorie"},
        )
        self.assertEqual(list(offered(one)), ["Zwei", "Drei"])

    def test_parts_of_a_series_are_related(self):
        series = Series.objects.create(name="Reihe")
        one, _two = (make_post(title, series=series) for title in ("Eins", "Zwei"))
        compute()
        self.assertEqual(offered(one), {"Zwei": "gleiche Serie"})

    def test_other_language_ranks_lower_and_versions_are_none(self):
        tag = make_tag()
        one = make_post("Eins", tags=[tag])
        make_post("One", tags=[tag], language="en", translation_of=one)
        make_post("Two", tags=[tag], language="en", published_at=NOON + timedelta(days=9))
        make_post("Drei", tags=[tag], published_at=NOON - timedelta(days=9))
        compute()
        self.assertEqual(list(offered(one)), ["Drei", "Two"])

    def test_of_two_versions_only_one_is_offered(self):
        tag = make_tag()
        one, two = make_post("Eins", tags=[tag]), make_post("Zwei", tags=[tag])
        make_post("Two", tags=[tag], language="en", translation_of=two)
        compute()
        self.assertEqual(list(offered(one)), ["Zwei"])

    def test_what_is_not_public_never_shows(self):
        tag = make_tag()
        one, two = make_post("Eins", tags=[tag]), make_post("Zwei", tags=[tag])
        later = make_post("Später", tags=[tag], published_at=timezone.now() + timedelta(days=1))
        make_post("Entwurf", tags=[tag], status="draft")
        compute()
        self.assertEqual(list(offered(one)), ["Zwei"])

        Post.objects.filter(pk=later.pk).update(published_at=timezone.now())
        self.assertEqual(list(offered(one)), ["Später", "Zwei"])  # without the worker
        two.status = "draft"
        two.save()
        self.assertEqual(list(offered(one)), ["Später"])
        compute()
        self.assertFalse(Relative.objects.filter(other=two).exists())

    def test_a_renamed_tag_is_named_as_it_is_called_now(self):
        tag = make_tag()
        one, _two = make_post("Eins", tags=[tag]), make_post("Zwei", tags=[tag])
        compute()
        tag.name = "Mitgefühl"
        tag.save()
        self.assertEqual(offered(one), {"Zwei": "gemeinsames Schlagwort: Mitgefühl"})

    def test_changed_tags_change_both_sides(self):
        tag = make_tag()
        one, two = make_post("Eins", tags=[tag]), make_post("Zwei", tags=[tag])
        compute()
        two.tags.clear()
        compute()
        self.assertEqual([offered(one), offered(two)], [{}, {}])

    def test_no_post_has_more_rows_than_are_kept(self):
        tag = make_tag()
        posts = [make_post(f"Beitrag {number}", tags=[tag]) for number in range(12)]
        for post in posts:
            post.save()
            compute()
        counts = {post.relatives.count() for post in posts}
        self.assertEqual(counts, {8})

    def test_a_page_is_made_anew_when_its_relatives_change(self):
        tag = make_tag()
        one = make_post("Eins", tags=[tag])
        compute()
        make_post("Zwei", tags=[tag])
        Change.objects.all().delete()
        compute()
        self.assertTrue(Change.objects.filter(tag=f"post:{one.pk}").exists())
        Change.objects.all().delete()
        one.save()
        Change.objects.all().delete()
        compute()
        self.assertFalse(Change.objects.exists())  # nothing is new

    def test_work_of_a_change_does_not_grow_with_the_posts(self):
        tags = [make_tag("Empathie"), make_tag("Service")]
        post = make_post("Eins", tags=tags)

        def queries():
            compute()
            post.save()
            index.refresh_all()
            with CaptureQueriesContext(connection) as captured:
                find_relatives.func()
            return len(captured)

        def publish(count):
            for number in range(count):
                make_post(f"Beitrag {number}", tags=tags)

        publish(12)
        few = queries()
        publish(36)
        self.assertLessEqual(queries(), few + 3)  # its own rows are written, too

    def test_until_anything_is_computed_the_newest_of_the_category_stand_there(self):
        category = make_category()
        post = make_post(category=category)
        make_post("Nah", category=category)
        make_post("Near", category=category, language="en")
        make_post("Fern")
        self.assertEqual(offered(post), {"Nah": ""})

    def test_the_command_computes_all_anew(self):
        tag = make_tag()
        one, two = make_post("Eins", tags=[tag]), make_post("Zwei", tags=[tag])
        index.refresh_all()
        Relative.objects.create(post=one, other=make_post("Fremd"), score=9)
        call_command("relate_posts", verbosity=0)
        rows = Relative.objects.values_list("post", "other")
        self.assertEqual(set(rows), {(one.pk, two.pk), (two.pk, one.pk)})


class ByHandTests(TestCase):
    def test_chosen_posts_stand_above_in_their_order_and_once(self):
        tag = make_tag()
        one = make_post("Eins", tags=[tag])
        make_post("Errechnet", tags=[tag])
        both = make_post("Beides", tags=[tag])
        chosen = make_post("Gewählt")
        RelatedPost.objects.create(post=one, other=both, position=2)
        RelatedPost.objects.create(post=one, other=chosen, position=1)
        RelatedPost.objects.create(post=one, other=make_post("Entwurf", status="draft"))
        compute()
        self.assertEqual(
            offered(one),
            {"Gewählt": "", "Beides": "", "Errechnet": "gemeinsames Schlagwort: Empathie"},
        )
        self.assertEqual(list(offered(one)), ["Gewählt", "Beides", "Errechnet"])

    def test_a_choice_takes_the_page_out_of_the_cache(self):
        one, two = make_post("Eins"), make_post("Zwei")
        Change.objects.all().delete()
        RelatedPost.objects.create(post=one, other=two).delete()
        tags = list(Change.objects.values_list("tag", flat=True))
        self.assertEqual(tags, [f"post:{one.pk}"] * 2)

    def test_no_post_stands_beside_itself(self):
        one = make_post("Eins")
        with self.assertRaises(IntegrityError), transaction.atomic():
            RelatedPost.objects.create(post=one, other=one)

    def test_what_an_editor_takes_out_stays_out(self):
        tag = make_tag()
        one, two = make_post("Eins", tags=[tag]), make_post("Zwei", tags=[tag])
        compute()
        one.unrelated.add(two)
        self.assertEqual(offered(one), {})
        two.save()
        compute()
        self.assertEqual(offered(one), {})
        self.assertEqual(list(offered(two)), ["Eins"])  # of the other page nothing was said
        one.unrelated.clear()
        compute()
        self.assertEqual(list(offered(one)), ["Zwei"])

    def test_page_shows_titles_reasons_and_the_same_number_of_queries(self):
        tag = make_tag()
        one = make_post("Eins", tags=[tag])
        make_post("Zwei", tags=[tag])
        RelatedPost.objects.create(post=one, other=make_post("Gewählt"))
        compute()
        with self.assertNumQueries(8):
            response = self.client.get(one.get_absolute_url())
        for text in ["Ähnliche Beiträge", "Zwei", "gemeinsames Schlagwort: Empathie", "Gewählt"]:
            self.assertContains(response, text)


class MainWordsTests(TestCase):
    def words(self, body, *, title="", language="de"):
        found = main_words(title=title, about=[], body=body, language=language)
        return list(found.values())

    def test_german_words_are_nouns_of_the_title_or_such_that_come_often(self):
        text = "Schnell geht es. Der Kunde ruft an. Schnell! Ein Kunde wartet. Schnell: kein Kunde."
        self.assertEqual(self.words(text), ["Kunde"])
        self.assertEqual(self.words("", title="Über die Empathie"), ["Empathie"])
        self.assertEqual(self.words("Dann ein Beispiel, das Beispiel, mein Beispiel."), [])

    def test_english_words_are_those_that_are_not_common(self):
        text = "Feel the mirror. Because a mirror, which would be a mirror, feels, feels, feels."
        self.assertEqual(self.words(text, language="en"), ["mirror"])

    def test_the_commonest_spelling_stands_for_a_word(self):
        text = "Die Neuronen, die Neuronen. Ein Neuron der Neuronen."
        self.assertEqual(self.words(text), ["Neuronen"])

    def test_rarity_goes_from_one_to_next_to_nothing(self):
        found = [round(rarity(count, 99), 2) for count in (0, 1, 10, 99, 500)]
        self.assertEqual(found, [1, 1, 0.5, 0, 0])
        self.assertGreater(rarity(2, 2), 0)
