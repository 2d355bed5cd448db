"""The newsletter's place on other pages."""

from django import template
from django.utils.translation import get_language

from newsletter.models import Newsletter

register = template.Library()


@register.inclusion_tag("newsletter/_signup_teaser.html")
def newsletter_signup():
    """Show the first public newsletter, one in the page's language before others; one query."""
    newsletter = Newsletter.objects.public().language_first(get_language()).first()
    return {"newsletter": newsletter}
