"""Addresses of documents."""

from django.urls import path

from orders.documents import views

app_name = "documents"

urlpatterns = [
    path("orders/<int:pk>/documents/", views.documents, name="list"),
    path("orders/<int:pk>/documents/<int:revision>.pdf", views.pdf, name="pdf"),
]
