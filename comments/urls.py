from django.urls import path

from comments import views

app_name = "comments"

urlpatterns = [
    path("posts/<slug:slug>/reply/", views.comment_create, name="comment_create"),
    path("posts/<slug:slug>/reply/<int:parent_id>/", views.comment_create, name="comment_reply"),
    path("posts/<slug:slug>/threads/<int:pk>/", views.thread_detail, name="thread_detail"),
    path("c/<int:pk>/", views.comment_detail, name="comment_detail"),
]
