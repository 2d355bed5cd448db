"""Django's admin as the editors' desk: what of the site itself is ours."""

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.views.i18n import JavaScriptCatalog


class Offers(AutocompleteJsonView):
    """Rows to choose from; an admin with `name_offered(rows)` gives each a name, as `offered`."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if hasattr(self.model_admin, "name_offered"):
            self.model_admin.name_offered(context["object_list"])
        return context

    def serialize_result(self, obj, to_field_name):
        offered = super().serialize_result(obj, to_field_name)
        return offered | {"text": getattr(obj, "offered", offered["text"])}


class Desk(AdminSite):
    def autocomplete_view(self, request):
        return Offers.as_view(admin_site=self)(request)

    def i18n_javascript(self, request, extra_context=None):
        """Give scripts their words: the admin's own, and those in the dialogs of the editor."""
        packages = ["django.contrib.admin", "django_prose_editor"]
        return JavaScriptCatalog.as_view(packages=packages)(request)
