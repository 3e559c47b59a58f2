"""Role documents: reads them into roles and sections, and checks them."""
