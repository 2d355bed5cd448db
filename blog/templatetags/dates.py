"""The years, months and days above a list of the admin, for lists of any length."""

from types import SimpleNamespace

from django import template
from django.contrib.admin.templatetags.admin_list import date_hierarchy

from blog.spans import Dates

register = template.Library()


@register.inclusion_tag("admin/date_hierarchy.html")
def dates(cl):
    """Let Django decide what to show and ask `blog.spans.Dates` for it."""
    return date_hierarchy(
        SimpleNamespace(
            date_hierarchy=cl.date_hierarchy,
            model=cl.model,
            params=cl.params,
            get_query_string=cl.get_query_string,
            queryset=Dates(cl.queryset),
        )
    )
