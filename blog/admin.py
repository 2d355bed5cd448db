"""The editors' desk: posts, people, categories and tags."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from js_asset import Script

from blog import logadmin, workeradmin  # noqa: F401  (they register their own)
from blog.announcementadmin import AnnouncementAdmin
from blog.bulkadmin import ChangesMany
from blog.categoryadmin import CategoryAdmin, CategoryFilter, ChoosesCategories
from blog.deskadmin import OwnPersonAdmin
from blog.editingadmin import EditsTogether, UpdateForm
from blog.editor import EDITOR_NAME, NO_EDITOR_STYLE
from blog.embeds import known_providers
from blog.erasingadmin import ErasesPeople
from blog.images import PictureField
from blog.mediaadmin import MediaFileAdmin
from blog.mediachoice import ChoosesPictures
from blog.models import Author, OldAddress, Post, PostAuthor, Tag
from blog.outsidelinkadmin import OutsideLinkAdmin
from blog.peopleadmin import AuthorMergeAdmin, MergesPeople
from blog.placing import PlacedForm, PlacedFormSet, PlacedInline
from blog.previewadmin import PreviewsPosts
from blog.publishingadmin import PublishesPosts
from blog.redirectadmin import RedirectAdmin
from blog.relatedadmin import RelatedInline, RelatesPosts
from blog.reviewadmin import ReviewsPosts
from blog.revisionadmin import KeepsRevisions
from blog.seriesadmin import SeriesAdmin
from blog.siteadmin import SiteSettingsAdmin
from blog.termadmin import MergeAdmin, MergesTerms, count_of
from blog.translationadmin import ShowsVersions
from blog.validators import normalise_email
from blog.writingadmin import WritesPosts

# Each module registers its own.
__all__ = [
    "AnnouncementAdmin",
    "AuthorAdmin",
    "AuthorMergeAdmin",
    "CategoryAdmin",
    "MediaFileAdmin",
    "OutsideLinkAdmin",
    "PostAdmin",
    "RedirectAdmin",
    "SeriesAdmin",
    "SiteSettingsAdmin",
    "MergeAdmin",
]

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.index_title = _("Editors' desk")

CLEAN_PICTURES: dict[Any, dict[str, Any]] = {models.ImageField: {"form_class": PictureField}}


class IsVerifiedFilter(admin.SimpleListFilter):
    title = _("verified")
    parameter_name = "verified"

    def lookups(self, request, model_admin):
        return [("1", _("Yes")), ("0", _("No"))]

    def queryset(self, request, queryset):
        if self.value() in {"0", "1"}:
            return queryset.filter(email_verified_at__isnull=self.value() == "0")
        return queryset


class AuthorForm(forms.ModelForm):
    def clean_email(self):
        return normalise_email(self.cleaned_data["email"] or "") or None

    def clean(self):
        # Another address is another person's until a mailed link proves it.
        if "email" in self.cleaned_data and self.cleaned_data["email"] != self.initial.get("email"):
            self.instance.email_verified_at = None
        return super().clean()


@admin.register(Author)
class AuthorAdmin(OwnPersonAdmin, ErasesPeople, MergesPeople):
    form = AuthorForm
    actions = ["erase", "merge"]
    list_display = ["known_as", "email", "is_verified", "post_count", "comment_count", "created_at"]
    list_filter = [IsVerifiedFilter, "language"]
    search_fields = ["name", "email", "slug"]
    search_help_text = _("Name, e-mail or address of the page")
    raw_id_fields = ["user"]
    readonly_fields = [
        "email_verified_at", "invited_by", "invited_at", "merged_into", "created_at",
    ]  # fmt: skip
    list_select_related = ["merged_into"]
    formfield_overrides = CLEAN_PICTURES
    fieldsets = [
        (None, {"fields": ["name", "slug", "email", "website", "language", "answer_mail"]}),
        (_("About"), {"fields": ["portrait", "bio_de", "bio_en"]}),
        (
            _("Account"),
            {
                "fields": [
                    "user",
                    "email_verified_at",
                    ("invited_by", "invited_at"),
                    "merged_into",
                    "created_at",
                ]
            },
        ),
    ]

    def get_queryset(self, request):
        counts = {"posts_found": "bylines", "comments_found": "comments"}
        return (
            super()
            .get_queryset(request)
            .annotate(**{name: count_of(Author, relation) for name, relation in counts.items()})
        )

    def view_on_site(self, author):
        has_page = Author.objects.with_page().filter(pk=author.pk).exists()
        return author.get_absolute_url() if has_page else None

    @admin.display(description=_("name"), ordering="name")
    def known_as(self, author):
        return f"{author.name} → {author.merged_into}" if author.merged_into else author.name

    @admin.display(description=_("verified"), boolean=True, ordering="email_verified_at")
    def is_verified(self, author):
        return author.is_verified

    @admin.display(description=_("posts"), ordering="posts_found")
    def post_count(self, author):
        return author.posts_found

    @admin.display(description=_("answers"), ordering="comments_found")
    def comment_count(self, author):
        return author.comments_found


class BylineForm(PlacedForm):
    names = "author"


class BylineFormSet(PlacedFormSet):
    """At least one author; who writes a post and names none is its author."""

    writer: Author | None = None

    def clean(self):
        super().clean()
        if self.writer is None and not any(self._names_author(form) for form in self.forms):
            raise forms.ValidationError(
                _("A post needs at least one author. Your account belongs to none, so name one."),
                code="no_author",
            )

    def save(self, commit=True):
        saved = super().save(commit)
        if commit and self.writer and not self.instance.bylines.exists():
            saved.append(self.instance.bylines.create(author=self.writer))
        return saved

    def _names_author(self, form):
        data = getattr(form, "cleaned_data", None) or {}
        return bool(data.get("author")) and not data.get("DELETE")


class BylineInline(PlacedInline):
    model = PostAuthor
    form = BylineForm
    formset = BylineFormSet
    fields = ["author", "position"]
    autocomplete_fields = ["author"]
    template = "admin/blog/post/_bylines.html"
    extra = 1

    class Media:
        js = [Script("js/bylines.js", type="module")]

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.writer = Author.objects.filter(user=request.user).first()
        return formset


class PostList(ChangeList):
    """The texts are not read to show their titles."""

    def get_queryset(self, request, exclude_parameters=None):
        posts = super().get_queryset(request, exclude_parameters)
        return posts.defer("body", "body_html")


class OldAddressInline(admin.TabularInline):
    model = OldAddress
    fields = ["path"]
    readonly_fields = ["path"]
    can_delete = False
    extra = 0

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Post)
class PostAdmin(
    ChoosesCategories,
    EditsTogether,
    KeepsRevisions,
    PreviewsPosts,
    ReviewsPosts,
    ChangesMany,
    ShowsVersions,
    RelatesPosts,
    ChoosesPictures,
    WritesPosts,
    PublishesPosts,
):
    form = UpdateForm
    list_display = ["title", "byline", "category", "standing", "published_at"]
    list_filter = [
        "status", "language", ("category", CategoryFilter), "comment_policy", "is_pinned",
    ]  # fmt: skip
    list_select_related = ["category"]
    search_fields = ["title", "subtitle", "slug", "excerpt"]
    search_help_text = _("Title, subtitle, address or teaser")
    date_hierarchy = "published_at"
    list_per_page = 50
    autocomplete_fields = ["category", "tags", "series", "translation_of"]
    readonly_fields = ["created_at", "updated_at", "versions"]
    formfield_overrides = CLEAN_PICTURES
    picture_fields = ("cover",)
    inlines = [BylineInline, RelatedInline, OldAddressInline]
    save_on_top = True
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "title",
                    "subtitle",
                    ("language", "translation_of", "versions"),
                    "body",
                    "excerpt",
                ]
            },
        ),
        (_("Publication"), {"fields": ["standing", "published_at", "slug", "is_pinned", "ready"]}),
        (_("Updates"), {"fields": ["update", "change_note"]}),
        (_("Where it belongs"), {"fields": ["category", "tags", ("series", "series_position")]}),
        (_("Related posts"), {"fields": ["unrelated"]}),
        (_("Cover picture"), {"fields": ["cover", "cover_alt"]}),
        (_("Answers"), {"fields": ["comment_policy", "comment_days", "accepts_linkbacks"]}),
        (_("Times"), {"fields": ["created_at", "updated_at"]}),
    ]

    class Media:
        css = {"all": ["css/admin.css", "css/editor.css", "css/admin-editing.css", NO_EDITOR_STYLE]}
        js = [
            EDITOR_NAME,
            Script("js/autosave.js", type="module"),
            Script("js/ready.js", type="module"),
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_card_data()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "slug":
            field.help_text = _(
                "Empty: made from the title. Earlier addresses lead to the new one."
            )
        if db_field.name == "body":
            names = ", ".join(provider.name for provider in known_providers())
            field.help_text = format_lazy(
                _(
                    "The address of a video, a recording or a map alone in a paragraph becomes a "
                    "card: nothing is fetched from there before a reader clicks. Known are {names}."
                ),
                names=names,
            )
        return field

    def get_changelist(self, request, **kwargs):
        return PostList

    def view_on_site(self, post):
        return post.get_absolute_url() if post.slug and post.has_page else None

    @admin.display(description=_("authors"))
    def byline(self, post):
        return ", ".join(author.name for author in post.bylined_authors)


@admin.register(Tag)
class TagAdmin(MergesTerms):
    merge_title = _("Merge tags")
    merge_about = _(
        "Which tag stays? Its name and address stay, the others are deleted and their addresses "
        "lead to it. You can undo this for 30 days."
    )
    list_display = ["name", "slug", "post_count"]
    search_fields = ["name", "slug"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(posts_found=count_of(Tag, "posts"))

    @admin.display(description=_("posts"), ordering="posts_found")
    def post_count(self, tag):
        return tag.posts_found
