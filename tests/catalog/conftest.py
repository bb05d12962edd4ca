"""A project to stand in, and a host on this machine that serves files, or answers as broken hosts do."""

import http.server
import threading

import pytest

from cnnlab.catalog import Entry, File, Files, locate
from cnnlab.words import text


@pytest.fixture(autouse=True)
def in_a_project(tmp_path, monkeypatch):
    root = tmp_path / "project"
    root.mkdir()
    (root / "_quarto.yml").write_text("project: {type: book}\n")
    monkeypatch.chdir(root)


class Host:
    """`answers` maps a path to (status, body); `asked` lists the paths that were asked for."""

    def __init__(self):
        self.answers, self.asked = {}, []
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                host.asked.append(self.path)
                status, body = host.answers.get(self.path, (404, b"<html>not found</html>"))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def host(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    one = Host()
    yield one
    one.close()


@pytest.fixture
def enter(monkeypatch):
    """Enters files {path: (check, url)} into the catalogue, as data or weights."""

    def make(kind: str, name: str, files: dict[str, tuple[str | None, str | None]], size: float | None = None) -> Entry:
        listed = tuple(File(path, check, url, size) for path, (check, url) in files.items())
        word = text(es="x", en="x")
        entry = Entry(kind, name, word, (Files("official", listed),), word, ("nobody",))
        monkeypatch.setitem(locate.DATA if kind == "data" else locate.WEIGHTS, name, entry)
        return entry

    return make
