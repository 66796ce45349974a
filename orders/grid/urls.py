"""Addresses of the grid."""

from django.urls import path

from orders.grid import views

app_name = "grid"

urlpatterns = [
    path("orders/<int:pk>/grid/", views.grid, name="grid"),
    path("orders/<int:pk>/grid/draft/", views.draft, name="draft"),
]
