"""The page "Today" of the admin."""

from django import template

from blog.today import charts_of, sections_of

register = template.Library()


@register.inclusion_tag("admin/_today.html", takes_context=True)
def today(context):
    user = context["user"]
    return {"sections": sections_of(user), "charts": charts_of(user)}
