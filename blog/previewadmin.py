"""Preview of a post beside its form: the page that readers will get, of what is stored or typed."""

from django.contrib import admin
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from blog.figures import render_body
from blog.models import Author, Post, PostAuthor
from blog.reading import around, text_of, unpublished_post, with_bylines
from blog.slugs import make_slug
from config.http import PREVIEW_CSP


class PreviewsPosts(admin.ModelAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view(self.preview)
        return [
            path("preview/", view, name="blog_post_preview_new"),
            path("<int:pk>/preview/", view, name="blog_post_preview"),
            *super().get_urls(),
        ]

    @method_decorator([never_cache, xframe_options_sameorigin, csp_override(PREVIEW_CSP)])
    def preview(self, request, pk=None):
        """Show a post as readers will see it; by POST with what the form holds. Stores nothing."""
        post = self._previewed(request, pk)
        tags = post.tags.all() if pk else []
        if request.method == "POST":
            tags = self._fill(request, post) or tags
        with override(post.language):
            context = {**text_of(post), "tags": tags, **around(post)}
            response = render(request, "blog/post_preview.html", context)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Content-Language"] = post.language
        if post.has_embed:
            response.headers["Cross-Origin-Embedder-Policy"] = "unsafe-none"
        return response

    def _previewed(self, request, pk):
        """Return the stored post, or an empty one; raise Http404 without the right to see it."""
        typed = request.method == "POST"
        if pk is None:
            if not (typed and self.has_add_permission(request)):
                raise Http404
            return Post(pk=0)  # without any, it could have no authors
        try:
            post = unpublished_post(self.get_queryset(request).filter(pk=pk))
        except Post.DoesNotExist:
            raise Http404 from None
        may = self.has_change_permission if typed else self.has_view_or_change_permission
        if not may(request, post):
            raise Http404
        return post

    def _fill(self, request, post):
        """Put what the form holds into `post`, as far as it is valid; return its tags."""
        is_stored = bool(post.pk)
        form_class = self.get_form(request, post if is_stored else None, change=is_stored)
        form = form_class(request.POST, request.FILES, instance=post)
        form.is_valid()  # what is wrong stays as it is stored
        post.title = post.title or _("No title yet")
        post.slug = post.slug or make_slug(post.title, post.language) or "post"
        post.published_at = post.published_at or timezone.now()
        post.body_html = render_body(post.body, post.language)
        if authors := self._typed_authors(request, post, change=is_stored):
            with_bylines(post, authors)
        return form.cleaned_data.get("tags")

    def _typed_authors(self, request, post, *, change):
        """Return the authors that the form names; of a new post that names none, who writes it."""
        formsets, _inlines = self._create_formsets(request, post, change=change)
        rows = [
            form.cleaned_data
            for formset in formsets
            if formset.model is PostAuthor
            for form in formset.forms
            if form.is_valid() and form.cleaned_data.get("author")
        ]
        kept = [row for row in rows if not row.get("DELETE")]
        kept.sort(key=lambda row: row.get("position") or 0)
        if kept or change:
            return [row["author"] for row in kept]
        return list(Author.objects.filter(user=request.user))
