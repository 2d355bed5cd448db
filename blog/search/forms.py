from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from blog.categories import Tree
from blog.categoryfields import indented
from blog.models import Author, Post, Tag
from blog.prepared import prepared
from blog.search.fields import KeptSelect, RowField
from blog.search.limits import Filters
from blog.search.query import MAX_LENGTH, Query, parse
from blog.validators import validate_line

KINDS = [("", _("everything")), ("post", _("posts")), ("answer", _("answers"))]
NAMES = ("author", "category", "tag", "year", "language", "kind")


class SearchForm(forms.Form):
    """What to look for, and in what; `cleaned_data["q"]` is a parsed Query."""

    q = forms.CharField(
        label=_("Search for"),
        strip=True,
        widget=forms.TextInput(
            attrs={"type": "search", "maxlength": MAX_LENGTH, "enterkeyhint": "search"}
        ),
        help_text=_("“Words in quotes” stand together; -word leaves out what holds it."),
    )
    kind = forms.ChoiceField(label=_("Find"), choices=KINDS, required=False, widget=KeptSelect)
    author = RowField(label=_("By"), empty_label=pgettext_lazy("author", "anybody"))
    category = RowField(label=_("Category"), empty_label=pgettext_lazy("category", "all"))
    tag = forms.CharField(
        label=_("Tag"), max_length=100, required=False, validators=[validate_line]
    )
    year = forms.IntegerField(
        label=_("Year"),
        min_value=1900,
        max_value=2099,
        required=False,
        error_messages=dict.fromkeys(
            ["invalid", "min_value", "max_value"], _("Please give a year such as 2024.")
        ),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("all")), *settings.LANGUAGES], required=False,
        widget=KeptSelect,
    )  # fmt: skip

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["author"].offer(_authors)
        self.fields["category"].offer(lambda: indented(Tree.load()))

    def clean_q(self) -> Query:
        return parse(self.cleaned_data["q"])

    def clean_tag(self) -> Tag | None:
        typed = self.cleaned_data["tag"]
        if not typed:
            return None
        named = Tag.objects.filter(slug=typed) | Tag.objects.filter(name__iexact=typed)
        if (tag := named.first()) is None:
            raise ValidationError(_("There is no such tag."), code="unknown")
        return tag

    @property
    def filters(self) -> Filters:
        return Filters(**{name: self.cleaned_data[name] for name in NAMES})

    @cached_property
    def is_filtered(self) -> bool:
        """Whether the fields below the first one say anything, right or wrong."""
        return any(self.data.get(name) for name in NAMES)

    @property
    def filter_fields(self):
        return [self[name] for name in ("kind", "author", "category", "tag", "year", "language")]


@prepared
def _published_authors(now):
    # Asked of each author and done with the first post, not gathered from all posts.
    written = Exists(Post.objects.published(now=now).filter(bylines__author=OuterRef("pk")))
    return Author.objects.filter(written).order_by("name").only("slug", "name")


def _authors():
    return [(author, author.name) for author in _published_authors(timezone.now())]
