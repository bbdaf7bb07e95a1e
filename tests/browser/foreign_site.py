"""The site as it is for somebody who put a page of his own on it.

Such pages may do what our policy forbids to ours: chatdemo's client evaluates
what it is answered. So the page comes from here, and everything else from the
site."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parent
POLL_TIMEOUT = 90


class ForeignSite:
    """`page`: makes the text of the page at `path`, anew for each visit.
    `scripts`: name -> text of the files below it."""

    def __init__(self, port, path, page, scripts):
        files = {f"{path}{name}": ("text/javascript", lambda text=text: text) for name, text in scripts.items()}
        files[path] = ("text/html", page)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                kind, make = files.get(self.path, (None, None))
                if kind:
                    self._reply(200, [("Content-Type", f"{kind}; charset=utf-8")], make())
                else:
                    self._pass_on()

            def do_POST(self):
                self._pass_on()

            def _pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                site = http.client.HTTPConnection("127.0.0.1", port, timeout=POLL_TIMEOUT)
                try:
                    site.request(self.command, self.path, body, dict(self.headers))
                    answer = site.getresponse()
                    content = answer.read()
                except OSError:
                    return self._reply(502, [], b"")
                finally:
                    site.close()
                hop = ("content-length", "connection", "transfer-encoding", "keep-alive")
                headers = [pair for pair in answer.getheaders() if pair[0].lower() not in hop]
                self._reply(answer.status, headers, content)

            def _reply(self, status, headers, content):
                self.send_response_only(status)
                for name, value in [*headers, ("Content-Length", str(len(content)))]:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # the browser left

        self._path = path
        self._server = Server(("127.0.0.1", 0), Handler)

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}{self._path}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
