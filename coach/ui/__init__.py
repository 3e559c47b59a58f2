"""The web page: everything a visitor sees. `page.build_page` makes it, `serve.serve` puts it on a port."""
