"""Addresses of what buyers decide."""

from django.urls import path

from orders.decisions import views

app_name = "decisions"

urlpatterns = [
    path("", views.decide_list, name="list"),
    path("past/", views.past, name="past"),
    path("<int:pk>/counter/", views.counter, name="counter"),
]
