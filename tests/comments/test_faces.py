"""Nothing in public leads to an address; whose face it is, test_feeds.py says."""

from hashlib import md5, sha1, sha256

from django.test import TestCase
from django.urls import reverse

from comments.faces import face_of
from tests.factories import make_author, make_comment, make_post

ADDRESS = "Berta.Leserin@example.org"


class FaceTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.berta = make_author("Berta", email=ADDRESS)
        cls.comment = make_comment(cls.post, name="Berta", email=ADDRESS, author=cls.berta)

    def test_neither_address_nor_a_hash_of_it_is_in_public(self):
        pages = [
            self.post.get_absolute_url(),
            reverse("comments:thread_detail", args=[self.post.slug, self.comment.tree_id]),
            *(reverse(f"comments:post_{kind}", args=[self.post.slug]) for kind in ("feed", "atom")),
            *(reverse(f"comments:comment_{page}", args=[self.comment.pk])
              for page in ("report", "like", "claim")),
        ]  # fmt: skip
        traces = [ADDRESS.lower()]
        for spelling in (ADDRESS, ADDRESS.lower()):
            for algorithm in (md5, sha1, sha256):
                # The first bytes alone would do to try addresses out.
                traces.append(algorithm(spelling.encode()).hexdigest()[:12])
        for page in pages:
            text = self.client.get(page).content.decode().lower()
            for trace in traces:
                self.assertNotIn(trace, text, page)

    def test_a_face_does_not_hang_on_the_address(self):
        before = face_of(self.comment)
        self.comment.author.email = self.comment.email = "neu@example.org"
        self.assertEqual(face_of(self.comment), before)
