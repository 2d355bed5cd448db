"""A search as a feed: the newest posts that match, for who wants to hear of the next one."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from blog.feeds import PostFeed
from blog.models import SearchEntry
from blog.search.finding import find
from blog.search.forms import SearchForm
from blog.search.sources import POST
from blog.search.views import WINDOW, is_searching_too_often
from config.views import too_many_requests

NAMES = {"rss": "search_feed", "atom": "search_feed_atom", "json": "search_feed_json"}


class SearchFeed(PostFeed):
    """Takes the fields of the search's form; answers are left out, a feed holds posts."""

    has_hub = False

    def __call__(self, request, *args, **kwargs):
        if is_searching_too_often(request):
            return too_many_requests(request, retry_after_seconds=int(WINDOW.total_seconds()))
        return super().__call__(request, *args, **kwargs)

    def get_object(self, request):
        form = SearchForm({**request.GET.dict(), "kind": POST})
        if not form.is_valid():
            raise Http404
        return form

    def title(self, form):
        text = form.cleaned_data["q"].text
        return _("“%(text)s” · %(site)s") % {"text": text, "site": super().title(form)}

    def page_path(self, form):
        return f"{reverse('blog:search')}?{_asked(form)}"

    def first_url(self, form):
        return f"{settings.BASE_URL}{reverse(f'blog:{NAMES[self.format]}')}?{_asked(form)}"

    def of(self, posts, form):
        found = find(form.cleaned_data["q"], form.filters)
        return posts.filter(pk__in=SearchEntry.objects.filter(pk__in=found).values("object_id"))


def _asked(form):
    return urlencode({name: form.data[name] for name in form.fields if form.data.get(name)})
