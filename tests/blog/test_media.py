"""The media library: what comes in, where it is used, how it is found, who may do what."""

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import ProtectedError
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from blog import library
from blog.library import KnownPicture, title_of
from blog.models import Change, MediaFile, Post, PostMedia
from blog.rendering import render_posts_with
from blog.seeding import seed_files
from blog.text import clean_post, render_post
from tests.blog.test_renditions import body_with
from tests.factories import make_media, make_picture_file, make_post, make_user

URL = "/admin/blog/mediafile/"


class LibraryTests(TestCase):
    def test_a_picture_comes_in_with_its_facts(self):
        media = library.add(make_picture_file("Oma_im-Garten.png"))
        self.assertEqual((media.title, media.width, media.height), ("Oma im Garten", 60, 40))
        self.assertRegex(media.file.name, r"^library/[0-9a-f]{16}\.webp$")
        self.assertEqual(media.byte_size, default_storage.size(media.file.name))

    def test_the_same_picture_twice_is_told_and_not_stored(self):
        media = make_media()
        with self.assertRaises(KnownPicture) as caught:
            library.add(make_picture_file("anderer name.png"))
        self.assertEqual(caught.exception.media, media)
        self.assertEqual(MediaFile.objects.count(), 1)

    def test_names_of_files_become_titles_without_harm(self):
        for name, title in [
            ("../../etc/Hafen.jpg", "Hafen"), ("C:\\bilder\\See.webp", "See"), ("a\x00b.png", "ab"),
            ("gpj.\u202egnp.png", "gpj gnp"), ("", "?"), ("x" * 300 + ".png", "x" * 150),
            (".png", "png"),
        ]:  # fmt: skip
            with self.subTest(name):
                self.assertEqual(title_of(name), title)

    def test_a_licence_that_asks_for_a_name_gets_one(self):
        media = make_media(licence="by-sa")
        with self.assertRaises(ValidationError) as caught:
            media.full_clean()
        self.assertEqual(list(caught.exception.message_dict), ["credit"])
        media.credit = "Erika"
        media.full_clean()


class FigureTests(TestCase):
    def html(self, body, **fields):
        return make_post(body=body, **fields).body_html

    def test_description_and_credit_come_from_the_library(self):
        media = make_media(
            alt_de="Der <Hafen>", alt_en="The harbour", credit="Erika & Co", licence="by",
            source_url="https://example.org/1",
        )  # fmt: skip
        html = self.html(body_with(media, caption="Abends"))
        self.assertIn('alt="Der &lt;Hafen&gt;"', html)
        self.assertIn(
            '<figcaption>Abends <small class="credit">Picture: <a href="https://example.org/1" '
            'rel="noopener">Erika &amp; Co</a>, '
            '<a href="https://creativecommons.org/licenses/by/4.0/" rel="noopener">CC BY 4.0</a>'
            "</small></figcaption>",
            html.replace("Bild:", "Picture:"),
        )
        self.assertIn('alt="The harbour"', self.html(body_with(media), language="en", title="B"))

    def test_a_text_may_say_itself_what_its_picture_shows(self):
        media = make_media(alt_de="Der Hafen")
        self.assertIn('alt="Anders &amp; neu"', self.html(body_with(media, alt="Anders &amp; neu")))

    def test_a_picture_without_caption_still_tells_its_credit(self):
        media = make_media(credit="Erika")
        bare = f'<img src="{media.file.url}" alt="" data-file="{media.pk}">'
        for body in [body_with(media), f"<p>{bare}</p>", bare, f"<p>Text {bare}</p>"]:
            with self.subTest(body):
                html = self.html(body, title=f"Beitrag {len(body)}", authors=[])
                self.assertEqual(html.count("Erika</small>"), 1)
                self.assertEqual(html.count("<img"), 1)

    def test_what_changes_in_the_library_changes_in_every_post(self):
        media = make_media(alt_de="Alt")
        post = make_post(body=body_with(media))
        self.client.force_login(make_user(is_staff=True, is_superuser=True))
        self.client.post(f"{URL}{media.pk}/change/", form_data(media, alt_de="Neu"))
        self.assertIn('alt="Neu"', Post.objects.get().body_html)
        self.assertEqual(Post.objects.get().updated_at, post.updated_at)
        self.assertIn(f"post:{post.pk}", Change.objects.values_list("tag", flat=True))

    def test_a_post_knows_when_the_last_of_its_pictures_is_described(self):
        media = make_media()
        post = make_post(body=body_with(media), cover=media)
        self.assertEqual(post.undescribed_count, 2)
        media.alt_de = "Der Hafen"
        media.save()
        render_posts_with(media)
        self.assertEqual(Post.objects.get().undescribed_count, 0)

    def test_a_number_that_is_none_and_one_that_is_unknown_do_no_harm(self):
        for number in ["4711", "x", "-1", "1'", "9" * 40]:
            html = self.html(
                f'<img src="/media/x.webp" alt="" data-file="{number}">', title=number, authors=[]
            )
            self.assertIn('src="/media/x.webp"', html)

    def test_numbers_survive_the_sanitizer_and_nothing_else_does(self):
        source = '<img src="/media/x.webp" alt="" data-file="7">'
        self.assertEqual(clean_post(source), source)
        self.assertNotIn("data-", clean_post(source.replace("data-file", "data-evil")))
        self.assertEqual(render_post(source, "de"), source)


class UseTests(TestCase):
    def test_text_and_cover_count_as_use_until_they_show_it_no_more(self):
        cover, figure = make_media(), make_media(color="red")
        post = make_post(body=body_with(figure), cover=cover)
        self.assertEqual(
            set(PostMedia.objects.values_list("media", flat=True)), {cover.pk, figure.pk}
        )
        post.body, post.cover = "", None
        post.save()
        self.assertFalse(PostMedia.objects.exists())

    def test_only_what_nobody_shows_is_unused(self):
        make_post(cover=make_media())
        lonely = make_media(color="red")
        self.assertEqual(list(MediaFile.objects.unused()), [lonely])

    def test_a_picture_in_use_cannot_be_deleted(self):
        media = make_media()
        make_post(body=body_with(media))
        with self.assertRaises(ProtectedError):
            media.delete()
        self.assertTrue(default_storage.exists(media.file.name))


def form_data(media, **fields):
    names = ["title", "folder", "alt_de", "alt_en", "caption_de", "caption_en", "credit", "licence",
             "source_url", "focal_x", "focal_y"]  # fmt: skip
    return {name: getattr(media, name) for name in names} | fields


class MediaAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("chefin", is_staff=True, is_superuser=True)

    def setUp(self):
        self.client.force_login(self.user)

    def upload(self, *files, **options):
        return self.client.post(f"{URL}upload/", {"files": files, "folder": "Fest"}, **options)

    def test_many_come_in_at_once_and_each_is_told_of(self):
        make_media("Schon da", color="red")
        response = self.upload(
            make_picture_file("neu.png"),
            make_picture_file("doppelt.png", color="red"),
            make_picture_file("<b>.png", color="lime"),
            type(make_picture_file())("worte.png", b"just words"),
        )
        self.assertEqual(MediaFile.objects.filter(folder="Fest").count(), 2)
        self.assertContains(response, "Schon da")
        self.assertContains(response, "&lt;b&gt;.png")
        self.assertContains(response, "media-result-refused", 1)

    def test_a_script_gets_the_results_alone(self):
        response = self.upload(make_picture_file(), headers={"HX-Request": "true"})
        self.assertTrue(response.text.strip().startswith("<ul"))

    def test_no_file_and_a_bad_folder_are_told(self):
        self.assertContains(self.upload(), "errornote")
        response = self.client.post(
            f"{URL}upload/", {"files": make_picture_file(), "folder": "x" * 81}
        )
        self.assertContains(response, "errorlist")
        self.assertFalse(MediaFile.objects.exists())

    def test_adding_leads_to_uploading(self):
        self.assertRedirects(self.client.get(f"{URL}add/"), f"{URL}upload/")

    def test_the_grid_marks_what_is_left_to_do(self):
        make_post(cover=make_media("Fertig", alt_de="a", alt_en="b"))
        make_media("Offen", color="red", alt_de="a")
        response = self.client.get(URL)
        self.assertContains(response, 'class="media-mark', 2)
        self.assertContains(response, "(EN)")

    def test_filters_and_search_find(self):
        make_post(cover=make_media("Gezeigt", alt_de="a", alt_en="b", folder="Fest"))
        make_media("Einsam", color="red", alt_de="Möwe")
        for query, found in [
            ("use=no", "Einsam"), ("use=yes", "Gezeigt"), ("undescribed=en", "Einsam"),
            ("folder=Fest", "Gezeigt"), ("q=M%C3%B6we", "Einsam"), ("q=Fest", "Gezeigt"),
        ]:  # fmt: skip
            with self.subTest(query):
                rows = self.client.get(f"{URL}?{query}").context["cl"].result_list
                self.assertEqual([row.title for row in rows], [found])

    def test_the_form_says_where_a_picture_is_shown(self):
        media = make_media()
        self.assertContains(self.client.get(f"{URL}{media.pk}/change/"), "Kein Beitrag zeigt es.")
        post = make_post("Am <Hafen>", cover=media)
        response = self.client.get(f"{URL}{media.pk}/change/")
        self.assertContains(
            response, f'<a href="/admin/blog/post/{post.pk}/change/">Am &lt;Hafen&gt;</a>'
        )

    def test_deleting_a_picture_in_use_is_refused_and_says_where(self):
        media = make_media()
        post = make_post("Am Hafen", cover=media)
        for response in [
            self.client.get(f"{URL}{media.pk}/delete/"),
            self.client.post(f"{URL}{media.pk}/delete/", {"post": "yes"}),
            self.client.post(URL, {"action": "delete_selected", "_selected_action": media.pk,
                                   "post": "yes"}),
        ]:  # fmt: skip
            self.assertContains(response, f"/admin/blog/post/{post.pk}/change/")
        self.assertTrue(MediaFile.objects.exists())

    def test_unused_ones_are_deleted_together_with_their_files(self):
        names = [make_media().file.name, make_media(color="red").file.name]
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(
                URL,
                {"action": "delete_selected", "_selected_action": list(
                    MediaFile.objects.values_list("pk", flat=True)), "post": "yes"},
            )  # fmt: skip
        self.assertFalse(MediaFile.objects.exists())
        self.assertFalse(any(map(default_storage.exists, names)))

    def test_a_file_is_replaced_in_place(self):
        media = make_media(focal_x=10)
        post = make_post(body=body_with(media))
        old = media.file.name
        data = form_data(media, replacement=make_picture_file(size=(30, 90)))
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(f"{URL}{media.pk}/change/", data)
        media.refresh_from_db()
        post.refresh_from_db()
        self.assertEqual((media.width, media.height, media.focal_x), (30, 90, 50))
        self.assertIsNotNone(media.replaced_at)
        self.assertTrue(media.has_renditions)
        self.assertIn(media.file.url, post.body_html)
        self.assertNotIn(old, post.body_html)
        self.assertFalse(default_storage.exists(old))

    def test_a_replacement_that_is_known_or_no_picture_is_refused(self):
        media, other = make_media(), make_media("Anderes", color="red")
        for upload in [make_picture_file(color="red"), type(make_picture_file())("x.png", b"x")]:
            data = form_data(media, replacement=upload)
            response = self.client.post(f"{URL}{media.pk}/change/", data)
            self.assertIn("replacement", response.context["adminform"].form.errors)
        media.refresh_from_db()
        self.assertNotEqual(media.digest, other.digest)

    def test_the_dialog_finds_pictures_in_the_language_of_the_text(self):
        make_media("Hafen", alt_de="Der Hafen", alt_en="The harbour", caption_en="At night")
        response = self.client.get(f"{URL}pick/?q=haf&language=en")
        self.assertContains(response, "The harbour")
        self.assertContains(response, 'data-caption="At night"')
        self.assertContains(self.client.get(f"{URL}pick/?q=nichts"), "media-none")

    def test_the_dialog_goes_on_page_by_page(self):
        for number in range(26):
            make_media(f"Bild {number}", size=(10 + number, 5))
        response = self.client.get(f"{URL}pick/")
        self.assertContains(response, "data-media-pick=", 24)
        self.assertContains(response, 'data-media-more="2"')
        self.assertContains(self.client.get(f"{URL}pick/?page=2"), "data-media-pick=", 2)
        self.assertEqual(self.client.get(f"{URL}pick/?page=x&q=%00").status_code, 200)

    def test_the_form_of_a_post_shows_its_cover_and_a_way_to_choose_another(self):
        post = make_post(cover=make_media("Hafen", alt_de="a"))
        response = self.client.get(f"/admin/blog/post/{post.pk}/change/")
        self.assertContains(response, "data-media-choice")
        self.assertContains(response, 'alt="Hafen"')
        self.assertContains(response, "data-media-dialog")


class MediaRightsTests(TestCase):
    def log_in(self, *rights):
        user = make_user("ohne", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        self.client.force_login(user)

    def statuses(self, media):
        gets = ["", "upload/", "pick/", f"{media.pk}/change/", f"{media.pk}/delete/"]
        return [self.client.get(URL + address).status_code for address in gets]

    def test_without_a_right_nothing_is_seen(self):
        media = make_media()
        self.log_in()
        self.assertEqual(self.statuses(media), [403] * 5)

    def test_who_may_look_may_not_upload_or_delete(self):
        media = make_media()
        self.log_in("view_mediafile")
        self.assertEqual(self.statuses(media), [200, 403, 200, 200, 403])
        self.client.post(f"{URL}upload/", {"files": make_picture_file(color="red")})
        self.assertEqual(MediaFile.objects.count(), 1)

    def test_strangers_are_sent_to_the_login(self):
        media = make_media()
        self.assertEqual(self.statuses(media), [302] * 5)


class LargeLibraryTests(TestCase):
    """Five queries a page, however many files; what it takes in time says `bench/desk.py`."""

    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("chefin", is_staff=True, is_superuser=True)
        seed_files(500)

    def test_every_page_costs_a_fixed_number_of_queries(self):
        self.client.force_login(self.user)
        self.client.get(URL)  # templates are read
        for query in ["", "?use=no", "?use=yes", "?undescribed=de", "?folder=Ordner+7",
                      "?q=Bild+99", "?p=5", "pick/", "pick/?q=Bild+77"]:  # fmt: skip
            with self.subTest(query):
                with CaptureQueriesContext(connection) as queries:
                    self.assertEqual(self.client.get(URL + query).status_code, 200)
                self.assertLessEqual(len(queries), 5)
