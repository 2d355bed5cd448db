from django.urls import path

from comments.notices import views

urlpatterns = [
    path("f/c/<str:token>/", views.follow_confirm, name="follow_confirm"),
    path("f/m/<str:token>/", views.answer_decide, name="answer_decide"),
]

# Without a language before them: mail programs post here, and no redirect may answer (RFC 8058).
machine_urlpatterns = [
    path("f/u/<str:token>/", views.follow_end, name="follow_end"),
    path("f/r/<str:token>/", views.follow_resume, name="follow_resume"),
]
