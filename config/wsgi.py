"""The WSGI application that granian, gunicorn or runserver serves."""

import gc
import os
from collections.abc import Callable

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application: Callable = get_wsgi_application()

# Imported only when Django is set up.
from django.conf import settings  # noqa: E402

from config.pagecache import PageCache  # noqa: E402

if not settings.DEBUG:  # who works on a template wants to see it
    application = PageCache(application)

# What is loaded by now stays as long as the process: no collection needs to walk through it. And a
# page makes more objects than a collection waits for, nearly all of which end with it.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
