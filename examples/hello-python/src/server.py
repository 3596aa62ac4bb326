"""A small HTTP service: GET / greets, GET /healthz says that it lives."""

import json
import os
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from version import GREETING, VERSION


class Handler(BaseHTTPRequestHandler):
    """Answers every request with one JSON document."""

    def do_GET(self):  # the name http.server calls
        page = urlsplit(self.path).path
        if page == "/":
            self.answer(200, {"greeting": GREETING, "version": VERSION, "pod": socket.gethostname()})
        elif page == "/healthz":
            self.answer(200, {"status": "ok"})
        else:
            self.answer(404, {"error": f"no such page: {page}"})

    def answer(self, status, document):
        body = (json.dumps(document) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        if self.path != "/healthz":
            super().log_request(code, size)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port = int(os.environ.get("PORT", "8080"))
    print(f"version {VERSION} listens on port {port}", flush=True)
    ThreadingHTTPServer(("", port), Handler).serve_forever()


if __name__ == "__main__":
    main()
