"""Answers made of statements of the documents, each with its citation, and the limits of what is answered."""
