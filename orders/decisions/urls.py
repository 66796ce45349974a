"""Addresses of what buyers decide."""

from django.urls import path

from orders.decisions import views

app_name = "decisions"

urlpatterns = [
    path("", views.decide_list, name="list"),
    path("past/", views.past, name="past"),
    path("count/", views.count, name="count"),
    path("many/", views.decide_many, name="many"),
    path("offers/not-now/", views.not_now, name="not-now"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("<int:pk>/counter/", views.counter, name="counter"),
]
