from django.contrib import admin

from blog.models import MediaFile


@admin.register(MediaFile)
class MediaFileAdmin(admin.ModelAdmin):
    search_fields = ["title", "folder", "alt_de", "alt_en", "credit"]
