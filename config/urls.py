"""Addresses: pages under their language, machines' ones without."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from blog import handbook
from blog import urls as blog
from comments.notices import urls as notices
from config import devmail, views
from newsletter.urls import machine_urlpatterns

handler400 = "config.views.bad_request"
handler403 = "config.views.permission_denied"
handler404 = "config.views.page_not_found"
handler500 = "config.views.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    *blog.machine_urlpatterns,
    path("", include((machine_urlpatterns, "newsletter_machine"))),
    path("", include((notices.machine_urlpatterns, "comments_machine"))),
]

if settings.DEBUG:
    urlpatterns += [
        path("mail/", devmail.mail_list, name="devmail_list"),
        path("mail/<str:name>/", devmail.mail_detail, name="devmail_detail"),
        *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    ]

urlpatterns += i18n_patterns(
    path("admin/handbook/", include(handbook.urlpatterns)),
    path("admin/", admin.site.urls),
    path("", include("newsletter.urls")),
    path("", include("comments.urls")),
    path("", include("blog.urls")),
    prefix_default_language=False,
)
