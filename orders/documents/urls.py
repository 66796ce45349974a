"""Addresses of documents."""

from django.urls import path

from orders.documents import views

app_name = "documents"

urlpatterns = [
    path("orders/documents/", views.ask, name="ask"),
    path("orders/documents/<int:pk>/", views.zip_page, name="zip"),
    path("orders/documents/<int:pk>.zip", views.zip_file, name="zip_file"),
    path("orders/<int:pk>/documents/", views.documents, name="list"),
    path("orders/<int:pk>/documents/<int:revision>.pdf", views.pdf, name="pdf"),
]
