"""The newsletter's place on other pages."""

from django import template
from django.utils.translation import get_language

from blog.prepared import prepared
from newsletter.models import Newsletter

register = template.Library()


@register.inclusion_tag("newsletter/_signup_teaser.html")
def newsletter_signup():
    """Show the first public newsletter, one in the page's language before others; one query."""
    return {"newsletter": next(iter(_offered(get_language())), None)}


@prepared
def _offered(language):
    return Newsletter.objects.public().language_first(language)[:1]
