"""What is kept between visits: conversations, practice and accounts. Nothing is imported here: records cost nothing, a store SQLAlchemy."""
