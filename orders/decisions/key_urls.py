"""Addresses of the keys that act on pages."""

from django.urls import path

from orders.decisions import key_views

app_name = "keys"

urlpatterns = [
    path("", key_views.keys, name="page"),
    path("switch/", key_views.switch, name="switch"),
]
