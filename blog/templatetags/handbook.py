"""The way from a page of the desk to the page of the handbook that explains it."""

from django import template

from blog import handbook

register = template.Library()


@register.simple_tag
def handbook_address(opts=None):
    """`opts` are those of the model whose page it is; without any, where the handbook begins."""
    return handbook.address_for(opts.label_lower if opts else "")
