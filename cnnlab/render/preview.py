"""`cnnlab render --preview`: serves the book on this machine, renders again at every change, reloads the open pages."""

from __future__ import annotations

import functools
import http.server
import threading
import time
from collections.abc import Callable
from pathlib import Path

from cnnlab.errors import CnnlabError
from cnnlab.paths import LANGUAGES
from cnnlab.render.book.config import read_book
from cnnlab.render.memory import snapshot

RELOAD = b"""<script>(async () => {
  const version = async () => (await fetch("/.version")).text();
  const first = await version();
  do await new Promise((done) => setTimeout(done, 200)); while (await version() === first);
  location.reload();
})();</script></body>"""


def serve(root: Path, render: Callable, port: int = 0, pause: float = 0.1) -> int:
    """Serve until interrupted. `render(shown)` brings the book up to date, and calls `shown` when its pages are in
    place; its errors are printed, the last book stays. pause: seconds between two looks at the files."""
    state = {"version": 0}

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def send(self, data: bytes, kind: str):
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self):
            if self.path == "/.version":
                return self.send(str(state["version"]).encode(), "text/plain")
            path = Path(self.translate_path(self.path))
            path = path / "index.html" if path.is_dir() else path
            if path.suffix == ".html" and path.is_file():
                return self.send(path.read_bytes().replace(b"</body>", RELOAD), "text/html; charset=utf-8")
            return super().do_GET()

    def shown() -> None:
        state["version"] += 1

    def bring_up_to_date() -> None:
        try:
            render(shown)
        except CnnlabError as error:
            print(error, flush=True)

    seen = snapshot(root)
    bring_up_to_date()
    first = next((lang for lang in LANGUAGES if (root / f"_quarto-{lang}.yml").is_file()), LANGUAGES[0])
    folder = root / read_book(root, first).output
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/ (Ctrl+C ends)", flush=True)
    try:
        while True:
            time.sleep(pause)
            now = snapshot(root)
            if now != seen:
                seen = now
                bring_up_to_date()
    except KeyboardInterrupt:
        server.shutdown()
        server.server_close()
    return 0
