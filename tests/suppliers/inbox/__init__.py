"""Tests of what people are told and how."""
