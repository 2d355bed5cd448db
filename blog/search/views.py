from datetime import timedelta

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blog.ratelimit import is_over_limit, network_of
from blog.search import finding
from blog.search.forms import SearchForm
from config.http import client_ip, shared
from config.views import too_many_requests

# A search costs milliseconds; nobody reads faster than this.
SEARCHES_PER_WINDOW = 60
WINDOW = timedelta(minutes=1)


@require_safe
@never_cache
def search(request):
    """Results, or the form alone while nothing is asked; nothing that is typed is an error page."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    context = {"form": form}
    if form.is_bound:
        if is_searching_too_often(request):
            return too_many_requests(request, retry_after_seconds=int(WINDOW.total_seconds()))
        if form.is_valid():
            context |= _results(form, request.GET.get("page"))
    return render(request, "blog/search.html", context)


@require_safe
def description(request):
    """What a browser needs to offer this search itself (OpenSearch 1.1)."""
    text = render_to_string("blog/opensearch.xml", {"base": settings.BASE_URL}, request)
    return shared(HttpResponse(text, content_type="application/opensearchdescription+xml"))


def is_searching_too_often(request) -> bool:
    network = network_of(client_ip(request))
    return is_over_limit("search", network, limit=SEARCHES_PER_WINDOW, window=WINDOW)


def _results(form, number):
    query, filters = form.cleaned_data["q"], form.filters
    page = Paginator(finding.find(query, filters), finding.RESULTS_PER_PAGE).get_page(number)
    suggestion = "" if page.paginator.count else finding.did_you_mean(query, filters)
    return {
        "page_obj": page,
        "hits": finding.hits(list(page.object_list), query.terms),
        "has_more": page.paginator.count == finding.MOST,
        "suggestion": suggestion,
    }
