"""Addresses of the home page and the health check."""

from django.urls import path

from portal.home import views

app_name = "home"

urlpatterns = [
    path("", views.worklist, name="worklist"),
    path("healthz", views.health, name="health"),
]
