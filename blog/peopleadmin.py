"""Two rows of one person are made one in their list, after a look at what moves."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import people
from blog.models import Author, AuthorMerge
from blog.termadmin import MergeAdmin


class MergesPeople(admin.ModelAdmin):
    """An admin of people with the action `merge` and its page, for those who may delete them."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.merge_view)
        return [path("merge/", view, name="blog_author_merge"), *super().get_urls()]

    def get_search_results(self, request, queryset, search_term):
        """Offer in other forms only the rows that are shown; the list finds all of them."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        is_offer = request.resolver_match and request.resolver_match.url_name == "autocomplete"
        return (found.filter(merged_into=None) if is_offer else found), may_repeat

    @admin.action(
        description=gettext_lazy("Make one of two rows of a person"), permissions=["delete"]
    )
    def merge(self, request, queryset):
        chosen = queryset.values_list("pk", flat=True)[:3]
        if len(chosen) != 2:
            self.message_user(request, _("Please choose two rows."), messages.WARNING)
            return None
        query = "&".join(f"row={pk}" for pk in chosen)
        return redirect(f"{reverse('admin:blog_author_merge')}?{query}")

    def merge_view(self, request):
        if not self.has_delete_permission(request):
            raise PermissionDenied
        numbers = (request.POST or request.GET).getlist("row")
        rows = list(Author.objects.filter(pk__in=[pk for pk in numbers if pk.isdecimal()]))
        if len(rows) != 2:
            messages.warning(request, _("Please choose two rows."))
            return redirect("admin:blog_author_changelist")
        pairs = [(rows[0], rows[1]), (rows[1], rows[0])]
        pair = next((pair for pair in pairs if str(pair[0].pk) == request.POST.get("target")), None)
        if request.method == "POST" and pair and (done := self._merge(request, *pair)):
            return done
        context = self.admin_site.each_context(request) | {
            "title": _("Make one of two rows of a person"),
            "opts": self.opts,
            "choices": [_choice(*pair) for pair in pairs],
            "lacks_target": request.method == "POST" and pair is None,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/blog/author/merge.html", context)

    def _merge(self, request, target, source):
        try:
            merged = people.merge(target, source, request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return None
        self.log_change(request, target, f"joined by: {source.pk}")
        self.log_change(request, source, f"joined to: {target.pk}")
        text = _("“%(source)s” is one with “%(target)s” now. You can undo this.")
        messages.success(request, text % {"source": source, "target": target})
        return redirect("admin:blog_authormerge_change", merged.pk)


def _choice(target, source):
    return {
        "target": target,
        "source": source,
        "obstacles": people.obstacles(target, source),
        "lines": people.survey(target, source),
    }


@admin.register(AuthorMerge)
class AuthorMergeAdmin(MergeAdmin):
    undo = staticmethod(people.undo)
    list_display = ["__str__", "user", "at", "undone_at"]
    list_select_related = ["user", "source", "target"]
    fields = ["source", "target", "user", "at", "undone_at"]
    readonly_fields = ["source", "target", "user", "at", "undone_at"]

    def _may_undo(self, user):
        return user.has_perm("blog.delete_author")
