"""Tests of the answer grid."""
