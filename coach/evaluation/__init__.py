"""Measures the coach: retrieval, answers, speed."""
