"""Categories in the admin: a list that shows the tree, and what deleting one of them does."""

from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db.models import Case, Value, When
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from blog import categories
from blog.categoryfields import CategoryField, indented
from blog.models import Category, Post
from blog.termadmin import MergesTerms, count_of


class CategoryFilter(admin.RelatedFieldListFilter):
    """What stands in one category itself; the tree shows which of two of one name it is."""

    def field_choices(self, field, request, model_admin):
        return [(row.pk, label) for row, label in indented(categories.Tree.load())]


class ChoosesCategories(BaseModelAdmin):
    """A form, or rows of a form, that name a category."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.related_model is Category:
            kwargs["form_class"] = CategoryField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CategoryForm(forms.ModelForm):
    def clean_parent(self):
        above = self.cleaned_data["parent"]
        if above and self.instance.pk:
            self.instance.refuse_circle(above.pk)
        return above


class TreeList(ChangeList):
    """The tree, until somebody sorts by a column; rows know their depth and the posts below."""

    @cached_property
    def tree(self):
        return categories.Tree.load()

    def get_ordering(self, request, queryset):
        if ORDER_VAR in self.params:
            return super().get_ordering(request, queryset)
        rows = enumerate(self.tree.in_order())
        places = [When(pk=row.pk, then=Value(place)) for place, (_depth, row) in rows]
        return [Case(*places, default=Value(len(self.tree.rows))).asc(), "pk"]

    def get_ordering_field_columns(self):
        return super().get_ordering_field_columns() if ORDER_VAR in self.params else {}

    def get_results(self, request):
        super().get_results(request)
        depths = {row.pk: depth for depth, row in self.tree.in_order()}
        totals = self.tree.totals(categories.post_counts(Post.objects.all()))
        for row in self.result_list:
            row.depth, row.posts_below = depths.get(row.pk, 0), totals.get(row.pk, 0)


@admin.register(Category)
class CategoryAdmin(ChoosesCategories, MergesTerms):
    form = CategoryForm
    fields = ["name", "slug", "parent", "position", "description"]
    list_display = ["branch", "slug", "position", "post_count", "post_count_below"]
    list_display_links = ["branch"]
    list_editable = ["position"]
    list_per_page = 200
    search_fields = ["name", "slug"]
    autocomplete_fields = ["parent"]
    delete_confirmation_template = "admin/blog/category/delete_confirmation.html"
    merge_title = _("Merge categories")
    merge_about = _(
        "Which category stays? Its name, address and place stay; the others are deleted, their "
        "addresses lead to it, and what hung under them hangs under it. You can undo this for "
        "30 days."
    )

    class Media:
        css = {"all": ["css/admin.css"]}

    def get_changelist(self, request, **kwargs):
        return TreeList

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(posts_found=count_of(Category, "posts"))

    def name_offered(self, rows):
        """Say where each hangs, for those who choose one: names alone may be the same."""
        tree = categories.Tree.load()
        for row in rows:
            row.offered = tree.path(row)

    def get_actions(self, request, action_location=admin.ActionLocation.CHANGE_LIST):
        """Deleting is asked of one at a time, with what it does to others; many are merged."""
        actions = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description=_("name"), ordering="name")
    def branch(self, category):
        step = '<span class="tree-step" aria-hidden="true">{}</span>'
        steps = format_html_join("", step, [("",)] * min(category.depth, categories.INDENTED))
        return format_html("{}{}", steps, category.name)

    @admin.display(description=_("posts"), ordering="posts_found")
    def post_count(self, category):
        return category.posts_found

    @admin.display(description=_("with all below"))
    def post_count_below(self, category):
        return category.posts_below

    def delete_view(self, request, object_id, extra_context=None):
        category = self.get_object(request, object_id)
        context = {}
        if category:
            children = list(category.children.values_list("name", flat=True))
            context = {"target": category.parent, "children": children}
            context["post_count"] = category.posts.count()
        return super().delete_view(request, object_id, context | (extra_context or {}))

    def delete_model(self, request, obj):
        categories.remove(obj, request.user)
