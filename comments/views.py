def _x(request, **kw):
    pass


comment_create = thread_detail = comment_detail = _x
