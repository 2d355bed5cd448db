"""Every view of the admin against every role.

A view of a model that the tables do not name may be open to those who find the model's list, and a
view of nothing known fails the test.
"""

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import TestCase
from django.urls import URLResolver, reverse

from blog import roles
from blog.models import (
    Announcement,
    AuthorMerge,
    CategoryMerge,
    MediaRendering,
    OutsideLink,
    Post,
    Poster,
    PostRevision,
    Redirect,
    RelativeSearch,
    ReviewMail,
    Series,
    SignIn,
    SiteSettings,
    Tag,
    TagMerge,
)
from comments.models import (
    AkismetState,
    AnswerMail,
    ClaimMail,
    Digest,
    Follow,
    FollowMail,
    Invitation,
    InvitationMail,
    ReportMail,
    SpamCheck,
    SpamClassifier,
    SpamFeedback,
    decision,
)  # fmt: skip
from newsletter.models import ConfirmationMail
from tests.factories import (
    NOON,
    make_author,
    make_category,
    make_comment,
    make_media,
    make_post,
    make_report,
    make_spam_rule,
    make_subscription,
    make_user,
)  # fmt: skip

EDITOR, AUTHOR, MODERATOR, NEWSLETTER = ROLES = "EAMN"
NAMES = {
    EDITOR: roles.EDITOR,
    AUTHOR: roles.AUTHOR,
    MODERATOR: roles.MODERATOR,
    NEWSLETTER: roles.NEWSLETTER,
}
VIEWS = ["changelist", "history", "change", "add", "delete"]
# Who gets an answer from list, history, change, add, delete of a model. "-": nobody but a
# superuser. The rows are somebody else's, so an author is turned away from each.
MODELS = {
    "auth_group": "- - - - -",
    "auth_user": "- - - - -",
    "django_tasks_database_dbtaskresult": "- - - - -",
    "admin_logentry": "E E E - -",
    "blog_signin": "- - - - -",  # addresses of colleagues: for a superuser
    "blog_announcement": "E E E - -",
    "blog_author": "EA E E E E",
    "blog_category": "EA EA EA E E",
    "blog_tag": "EA EA EA E E",
    "blog_mediafile": "EA EA EA EAMN E",  # "add" only leads to the list
    "blog_mediarendering": "E E E - -",
    "blog_outsidelink": "E E E - -",
    "blog_post": "EAM EM EM EA E",
    "blog_poster": "E E E - -",
    "blog_redirect": "E E E E E",
    "blog_relativesearch": "E E E - -",
    "blog_reviewmail": "E E E - -",
    "blog_tagmerge": "E E E - -",
    "blog_categorymerge": "E E E - -",
    "blog_authormerge": "E E E - -",
    "blog_series": "EA EA EA E E",
    "blog_sitesettings": "EAMN E E - -",  # the list only leads to the form
    "comments_akismetstate": "M M M - -",
    "comments_answermail": "M M M - -",
    "comments_claimmail": "M M M - -",
    "comments_comment": "M M M - -",
    "comments_decision": "M M M - -",
    "comments_digest": "M M M - -",
    "comments_follow": "M M M - -",
    "comments_followmail": "M M M - -",
    "comments_invitation": "EAM EM EM EAM -",
    "comments_invitationmail": "EM EM EM - -",
    "comments_report": "M M M - M",
    "comments_reportmail": "M M M - -",
    "comments_spamcheck": "M M M - -",
    "comments_spamclassifier": "M M EAMN EAMN -",  # its form and "add" only lead to the list
    "comments_spamfeedback": "M M M - -",
    "comments_spamrule": "M M M M M",
    "newsletter_confirmationmail": "N N N - -",
    "newsletter_newsletter": "N N N N N",
    "newsletter_subscription": "N N N - -",
}
# Views of our own, and those of the site that everybody at the desk has.
OTHERS = {
    "auth_user_password_change": "-",
    "blog_author_erase": "E",
    "blog_tag_merge": "E",
    "blog_tagmerge_undo": "E",
    "blog_category_merge": "E",
    "blog_author_merge": "E",
    "blog_authormerge_undo": "E",
    "blog_categorymerge_undo": "E",
    "blog_post_add_autosave": "EA",
    "blog_post_add_draft": "EA",
    "blog_post_autosave": "E",
    "blog_post_bulk": "EA",
    "blog_post_compare": "E",
    "blog_post_draft": "E",
    "blog_post_name": "E",
    "blog_post_restore": "E",
    "blog_post_revisions": "E",
    "comments_comment_decide": "M",
    "comments_comment_move": "M",
    "comments_inbox": "M",
    "comments_inbox_decide": "M",
    "comments_inbox_group": "M",
    "comments_inbox_block": "M",
    "comments_inbox_news": "M",
    "comments_inbox_undo": "M",
    "comments_spamrule_try": "M",
}
FOR_ALL = {
    "index", "login", "logout", "password_change", "password_change_done", "autocomplete",
    "jsi18n", "view_on_site", "app_list", None,
}  # fmt: skip


def names_and_arguments(patterns=None):
    for pattern in admin.site.get_urls() if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from names_and_arguments(pattern.url_patterns)
        elif pattern.name not in FOR_ALL:
            yield pattern.name, tuple(pattern.pattern.converters)


def expected():
    """Return {name of a view: roles that may use it}."""
    table = dict(OTHERS)
    for model, row in MODELS.items():
        table |= {f"{model}_{view}": who for view, who in zip(VIEWS, row.split(), strict=True)}
    return table


def model_of(name):
    return "_".join(name.split("_")[:2])


def staff(role, **fields):
    user = make_user(role, is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=role))
    return user


def more_rows(comment):
    """Make a row of every other model, since a missing one sends all roles to the first page."""
    person = make_author("Berta")
    about = {"author": person, "comment": comment}
    report = make_report(comment)
    invitation = Invitation.objects.create(author=person, comment=comment)
    subscription = make_subscription(author=person)
    yield from [
        (media := make_media()),
        MediaRendering.objects.create(media=media),
        Poster.objects.create(page="https://vimeo.com/1"),
        RelativeSearch.objects.create(post=comment.post),
        ReviewMail.objects.create(post=comment.post, author=person, language="de"),
        SignIn.objects.create(kind="in"),
        LogEntry.objects.log_actions(make_user().pk, [person], CHANGE, single_object=True),
        Series.objects.create(name="Reihe"),
        Announcement.objects.get_or_create(channel="hub", event="appeared")[0],
        OutsideLink.objects.create(address="https://example.org/", host="example.org"),
        Redirect.objects.create(path="/alt", is_gone=True),
        TagMerge.objects.create(target_name="Mut", sources=[], gained=[]),
        CategoryMerge.objects.create(target_name="Mut", sources=[], gained=[]),
        AuthorMerge.objects.create(target=person, source=make_author("B."), moved={}),
        SpamCheck.objects.create(comment=comment),
        SpamFeedback.objects.create(comment=comment, kind="spam"),
        AkismetState.load(),
        SpamClassifier.load(),
        decision.write(comment, {}),
        Follow.objects.create(author=person, post=comment.post),
        FollowMail.objects.create(author=person),
        AnswerMail.objects.create(**about, kind="answer"),
        Digest.objects.create(author=person, day=NOON.date()),
        ClaimMail.objects.create(comment=comment),
        invitation,
        InvitationMail.objects.create(invitation=invitation, kind="invited"),
        report,
        ReportMail.objects.create(report=report, kind="received"),
        subscription.newsletter,
        subscription,
        ConfirmationMail.objects.create(subscription=subscription, kind="confirm"),
        SiteSettings.objects.get_or_create(pk=1)[0],
    ]


class EveryViewTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post(authors=[make_author("Somebody else")])
        PostRevision.objects.create(pk=cls.post.pk, post=cls.post, state={})
        comment = make_comment(cls.post, email="berta@example.org", status="pending")
        cls.numbers = {
            "blog_post": cls.post.pk,
            "blog_author": cls.post.bylines.get().author_id,
            "blog_category": make_category().pk,
            "blog_tag": Tag.objects.create(name="Geld").pk,
            "comments_comment": comment.pk,
            "comments_spamrule": make_spam_rule().pk,
            **{row._meta.label_lower.replace(".", "_"): row.pk for row in more_rows(comment)},
        }
        cls.users = {letter: staff(name) for letter, name in NAMES.items()}
        make_author("The author", user=cls.users[AUTHOR])

    def url(self, name, arguments):
        model = model_of(name)
        model = "comments_comment" if model == "comments_inbox" else model
        number = self.numbers.get(model, 1)
        values = {
            "object_id": number, "pk": number, "id": number, "by": "sender", "value": "x",
            "decision": "approve",
        }  # fmt: skip
        return reverse(
            f"admin:{name}", kwargs={each: values.get(each, number) for each in arguments}
        )

    def is_let_in(self, url):
        """Whether an address answers by GET, or by POST if it wants one."""
        response = self.client.get(url)
        if response.status_code in {404, 405}:
            response = self.client.post(url)
        self.assertLess(response.status_code, 500)
        is_sent_away = response.headers.get("Location") == reverse("admin:index")
        return response.status_code not in {403, 404} and not is_sent_away

    def test_each_role_gets_what_the_table_says_and_nothing_else(self):
        table = expected()
        for letter, user in self.users.items():
            self.client.force_login(user)
            for name, arguments in names_and_arguments():
                with self.subTest(role=NAMES[letter], view=name):
                    is_let_in = self.is_let_in(self.url(name, arguments))
                    if name in table:
                        self.assertEqual(is_let_in, letter in table[name])
                    elif is_let_in:
                        self.assertIn(letter, table[f"{model_of(name)}_changelist"])

    def test_strangers_are_sent_to_the_login(self):
        for name, arguments in names_and_arguments():
            with self.subTest(view=name):
                response = self.client.get(self.url(name, arguments))
                self.assertIn("/login/", response.url)


class AuthorsAtTheDeskTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = staff(roles.AUTHOR)
        cls.ada = make_author("Ada", user=cls.user)
        draft = {"status": "draft", "published_at": None}
        cls.own = make_post("Mein Entwurf", authors=[cls.ada], **draft)
        cls.foreign = make_post("Fremder Entwurf", authors=[make_author("Zoe")], **draft)
        cls.published = make_post("Erschienen", authors=[cls.ada])

    def setUp(self):
        self.client.force_login(self.user)

    def change(self, post, **data):
        return self.client.post(reverse("admin:blog_post_change", args=[post.pk]), data)

    def test_the_list_shows_own_drafts_alone(self):
        response = self.client.get(reverse("admin:blog_post_changelist"))
        self.assertEqual(list(response.context["cl"].result_list), [self.own])

    def test_foreign_drafts_and_published_posts_are_not_found(self):
        for post in (self.foreign, self.published):
            for view in ("change", "delete", "history"):
                with self.subTest(post=post.title, view=view):
                    url = reverse(f"admin:blog_post_{view}", args=[post.pk])
                    self.assertEqual(self.client.get(url).status_code, 404)
                    self.assertEqual(self.client.post(url, {"post": "yes"}).status_code, 404)

    def test_a_post_of_two_authors_is_both_authors_own(self):
        self.foreign.bylines.create(author=self.ada)
        url = reverse("admin:blog_post_change", args=[self.foreign.pk])
        self.assertEqual(self.client.get(url).status_code, 200)

    def test_nobody_adds_authors_who_may_not(self):
        zoe = make_author("Zoe zwei")
        self.change(
            self.own, title="Neu", language="de", body="<p>Text</p>", comment_policy="open",
            status="draft", comment_days=1, **{
                "bylines-TOTAL_FORMS": "2", "bylines-INITIAL_FORMS": "1",
                "bylines-0-id": self.own.bylines.get().pk, "bylines-0-post": self.own.pk,
                "bylines-1-author": zoe.pk, "bylines-1-position": 0,
                "old_addresses-TOTAL_FORMS": "0", "old_addresses-INITIAL_FORMS": "0",
                "related_by_hand-TOTAL_FORMS": "0", "related_by_hand-INITIAL_FORMS": "0",
            },
        )  # fmt: skip
        self.own.refresh_from_db()
        self.assertEqual((self.own.title, self.own.bylined_authors), ("Neu", [self.ada]))

    def test_without_a_row_of_their_own_nobody_can_begin_a_post(self):
        self.client.force_login(staff_without_row())
        url = reverse("admin:blog_post_add")
        self.assertEqual(self.client.get(url).status_code, 403)

    def test_of_people_an_author_finds_themselves(self):
        response = self.client.get(reverse("admin:blog_author_changelist"))
        self.assertEqual(list(response.context["cl"].result_list), [self.ada])

    def test_an_author_gives_their_row_to_no_other_account(self):
        url = reverse("admin:blog_author_change", args=[self.ada.pk])
        data = {"name": "Ada B.", "slug": "ada", "language": "de", "answer_mail": "each"}
        self.client.post(url, data | {"user": make_user("other").pk})
        self.ada.refresh_from_db()
        self.assertEqual((self.ada.name, self.ada.user), ("Ada B.", self.user))


def staff_without_row():
    user = make_user("new", is_staff=True)
    user.groups.add(Group.objects.get(name=roles.AUTHOR))
    return user


class RolesTests(TestCase):
    def codes(self, role):
        return set(Group.objects.get(name=role).permissions.values_list("codename", flat=True))

    def test_every_permission_named_exists(self):
        for role, granted in roles.GRANTS.items():
            self.assertEqual(self.codes(role), {code for _label, code in granted})

    def test_authors_cannot_publish_and_editors_can(self):
        self.assertNotIn("publish_post", self.codes(roles.AUTHOR))
        self.assertIn("publish_post", self.codes(roles.EDITOR))

    def test_no_role_makes_accounts_or_roles(self):
        labels = {label for granted in roles.GRANTS.values() for label, _code in granted}
        self.assertNotIn("auth", labels)

    def test_a_second_run_changes_nothing_and_keeps_what_was_granted_by_hand(self):
        author = Group.objects.get(name=roles.AUTHOR)
        author.permissions.add(Permission.objects.get(codename="view_comment"))
        before = self.codes(roles.AUTHOR)
        call_command("migrate", verbosity=0)
        self.assertEqual(self.codes(roles.AUTHOR), before)
        self.assertEqual(Group.objects.count(), 4)

    def test_a_lost_permission_comes_back(self):
        Group.objects.get(name=roles.EDITOR).permissions.clear()
        call_command("migrate", verbosity=0)
        self.assertIn("publish_post", self.codes(roles.EDITOR))

    def test_a_moderator_reads_published_posts_and_changes_none(self):
        user = staff(roles.MODERATOR)
        make_post("Entwurf", status=Post.Status.DRAFT, authors=[])
        post = make_post("Erschienen", published_at=NOON, authors=[])
        self.assertEqual(list(Post.objects.at_desk_of(user)), [post])
        self.client.force_login(user)
        url = reverse("admin:blog_post_change", args=[post.pk])
        self.assertEqual(self.client.get(url).status_code, 200)
        self.assertEqual(self.client.post(url, {"title": "x"}).status_code, 403)
