"""The embedded, invented news site: so that everything can be run, shown and measured without anybody's real words."""

DEMO_HOST = "demo.parley.example"
"""The site's public host name; the crawler maps it to the loopback address the server listens on."""

DEMO_ORIGIN = f"http://{DEMO_HOST}"
