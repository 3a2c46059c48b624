"""A tiny reverse proxy in a thread: it shows a server under a prefix, as nginx and Caddy do."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

OWN = {"connection", "keep-alive", "transfer-encoding", "server", "date"}  # each hop says these itself


@contextmanager
def before(address: str, *, prefix: str, proto: str = "http", cuts: bool = True) -> Iterator[str]:
    """The address of a proxy before the server at `address`, prefix included, which it may cut off paths."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            if not self.path.startswith(f"{prefix}/"):
                return self.send_error(404, "outside the prefix")
            connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in OWN}
            headers |= {
                "X-Forwarded-For": self.client_address[0],
                "X-Forwarded-Proto": proto,
                "X-Forwarded-Host": self.headers["Host"],
                "X-Forwarded-Prefix": prefix,
            }
            path = self.path.removeprefix(prefix) if cuts else self.path
            connection.request(self.command, path, body or None, headers)
            answer = connection.getresponse()
            data = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in OWN | {"content-length"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)
            connection.close()
            return None

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = pass_on  # noqa: N815

        def log_message(self, *_arguments: object) -> None:
            """Nothing: tests have enough to say."""

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    proxy.daemon_threads = True
    thread = threading.Thread(target=proxy.serve_forever, name="proxy")
    thread.start()
    try:
        yield f"http://127.0.0.1:{proxy.server_port}{prefix}"
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()
