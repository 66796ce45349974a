"""Filters and tags of the pages: numbers, dates, icons, state badges."""

from django import template

register = template.Library()
