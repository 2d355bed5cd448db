def _x(request, **kw):
    pass


post_list = post_detail = category_detail = tag_detail = author_detail = _x
archive_list = year_detail = month_detail = _x
