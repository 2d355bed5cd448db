from django.urls import path

from newsletter import views

app_name = "newsletter"

urlpatterns = [
    path("newsletter/<slug:slug>/", views.newsletter_detail, name="newsletter_detail"),
    path("newsletter/<slug:slug>/done/", views.signup_done, name="signup_done"),
    path("n/c/<str:token>/", views.subscription_confirm, name="subscription_confirm"),
]

# Without a language before them: mail programs post here, and no redirect may answer (RFC 8058).
machine_urlpatterns = [
    path("n/u/<str:token>/", views.subscription_end, name="subscription_end"),
    path("n/r/<str:token>/", views.subscription_resume, name="subscription_resume"),
]
