from django.conf import settings
from django.urls import path, re_path, register_converter
from django.urls.converters import IntConverter, StringConverter

from blog import feeds, machines, review_views, stylepage, views
from blog.feeds import feed_view
from blog.search import views as search_views
from blog.search.feeds import SearchFeed


class YearConverter(IntConverter):
    """Years that a blog can have; 0 and 99999 would be errors in the database's calendar."""

    regex = "(?:19|20)[0-9]{2}"


class LanguageConverter(StringConverter):
    """One of the languages that posts are written in."""

    regex = "|".join(code for code, _name in settings.LANGUAGES)


register_converter(YearConverter, "year")
register_converter(LanguageConverter, "language")

app_name = "blog"


def feed_paths(prefix, feed, name):
    """Return the addresses of a feed in its three formats."""
    return [
        path(f"{prefix}feed/", feed_view(feed, "rss"), name=name),
        path(f"{prefix}feed/atom/", feed_view(feed, "atom"), name=f"{name}_atom"),
        path(f"{prefix}feed/json/", feed_view(feed, "json"), name=f"{name}_json"),
    ]


urlpatterns = [
    path("", views.post_list, name="post_list"),
    path("posts/<slug:slug>/", views.post_detail, name="post_detail"),
    path("posts/<slug:slug>/qr.svg", views.post_qr, name="post_qr"),
    path("categories/<slug:slug>/", views.category_detail, name="category_detail"),
    path("tags/<slug:slug>/", views.tag_detail, name="tag_detail"),
    path("series/<slug:slug>/", views.series_detail, name="series_detail"),
    path("authors/<slug:slug>/", views.author_detail, name="author_detail"),
    path("archive/", views.archive_list, name="archive_list"),
    path("archive/<year:year>/", views.year_detail, name="year_detail"),
    path("archive/<year:year>/<int:month>/", views.month_detail, name="month_detail"),
    path("search/", search_views.search, name="search"),
    path("search/description.xml", search_views.description, name="search_description"),
    path("colours/<slug:colours>.css", views.colours, name="colours"),
    path("style/", stylepage.style_page, name="style_page"),
    path("imprint/", views.imprint, name="imprint"),
    path("privacy/", views.privacy, name="privacy"),
    path("review/<str:token>/", review_views.review_detail, name="review_detail"),
    path("review/<str:token>/agree/", review_views.review_agree, name="review_agree"),
    path(
        "review/<str:token>/remarks/<slug:digest>/",
        review_views.review_remark,
        name="review_remark",
    ),
    *feed_paths("", feeds.PostFeed, "feed"),
    *feed_paths("categories/<slug:slug>/", feeds.CategoryFeed, "category_feed"),
    *feed_paths("tags/<slug:slug>/", feeds.TagFeed, "tag_feed"),
    *feed_paths("series/<slug:slug>/", feeds.SeriesFeed, "series_feed"),
    *feed_paths("authors/<slug:slug>/", feeds.AuthorFeed, "author_feed"),
    *feed_paths("search/", SearchFeed, "search_feed"),
    *feed_paths("languages/<language:language>/", feeds.LanguageFeed, "language_feed"),
]

# One for the whole site, without a language.
machine_urlpatterns = [
    path("sitemap.xml", machines.sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", machines.sitemap_section, name="sitemap_section"),
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security, name="security"),
    path("oembed/", machines.oembed, name="oembed"),
    path("cards/<int:pk>-<slug:digest>.png", machines.card, name="card"),
    re_path(r"^(?P<key>[0-9a-f]{32})\.txt$", machines.indexnow_key, name="indexnow_key"),
]
