"""Understands the question and finds the chunks that may answer it."""
