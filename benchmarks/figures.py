"""Time the live figures and weigh the pages of the built book, in headless Chromium.

    python benchmarks/figures.py            about a minute, after make book
    python benchmarks/figures.py --quick    a smoke test: its numbers mean nothing

README.md beside this file says what is measured and how to read it.
"""
# ruff: noqa: T201

import argparse
import contextlib
import functools
import gzip
import http.server
import statistics
import sys
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import browser

ROOT = Path(__file__).resolve().parents[1]
HOST = ROOT / "book" / "_ext" / "live_figures.js"
STOCK = 918  # kB, compressed: what a page with widgets loads when nothing replaces it
FRAME, PAGE, START, HOST_MOST = 16, 600, 1000, 5  # goals: ms, kB, ms, kB
WEIGHED = ("document", "script", "stylesheet", "font")

# Notes when the last figure of a page has come to life, in ms from the navigation on.
NOTE_READY = """
new MutationObserver(() => {
    if (document.documentElement?.dataset.figures) window.readyAt ??= performance.now();
}).observe(document, { attributes: true, subtree: true, childList: true });
"""

# Moves all sliders of a figure over their ranges; one without sliders is drawn in by
# keys. Times each move, the layout after it included; a move that changes nothing that
# is seen is not counted.
MOVE = """(figure, each) => {
    const moves = [...figure.querySelectorAll("input[type=range]")]
        .filter((slider) => slider.offsetParent)
        .flatMap((slider) => Array.from({ length: each }, (_, n) => () => {
            const [min, max] = [Number(slider.min), Number(slider.max)];
            slider.value = min + ((max - min) * ((7 * n) % each)) / (each - 1);
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        }));
    const area = figure.querySelector("[role=application]");
    const press = (key) => area.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    if (!moves.length) {
        for (let n = 0; n < 40; n++) ["ArrowLeft", "ArrowUp"].forEach(press);
        press(" ");
        for (let n = 0; n < 4 * each; n++) {
            const [row, column] = [Math.floor(n / 22), n % 22];
            const across = row % 2 ? "ArrowLeft" : "ArrowRight";
            moves.push(() => press(column < 20 ? across : "ArrowDown"));
        }
    }
    const times = [];
    let seen = figure.innerHTML;
    for (const move of moves) {
        const start = performance.now();
        move();
        document.body.getBoundingClientRect();
        const took = performance.now() - start;
        const now = figure.innerHTML;
        if (now !== seen) times.push(took);
        seen = now;
    }
    return [moves.length, times];
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server of files that does not tell what it serves."""

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def served(folder):
    """The address at which a folder is served on this machine."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextlib.contextmanager
def opened(chromium, url):
    """A page in a fresh window without a cache, its figures alive, and what it loaded.

    Motion is reduced, so that no animation runs while a move is timed.
    """
    context = chromium.new_context(reduced_motion="reduce")
    page, loaded = context.new_page(), set()
    page.on("request", lambda r: loaded.add((r.resource_type, r.url)))
    page.add_init_script(NOTE_READY)
    page.goto(url)
    page.wait_for_function("window.readyAt")
    yield page, loaded
    context.close()


def kilobytes(data):
    """Size of bytes once compressed, in kB."""
    return len(gzip.compress(data)) / 1000


def weigh(folder, loaded):
    """The kB, compressed, of each file that a page loaded: html, css, js and fonts."""
    paths = {
        folder
        / unquote(urlsplit(url).path).rpartition(f"/{folder.name}/")[2].lstrip("/")
        for kind, url in loaded
        if kind in WEIGHED and url.startswith(("http", "file"))
    }
    return {path.name: kilobytes(path.read_bytes()) for path in paths}


def mark(value, goal):
    """Say whether a goal was reached."""
    return "" if value <= goal else "missed"


def measure_moves(chromium, url, each, rate):
    """For each kind of figure in a page: its name, median and 95 % of a move in ms.

    rate: how many times slower than it is the processor shall look.
    """
    with opened(chromium, url) as (page, _):
        page.wait_for_load_state("networkidle")
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        kinds = {}
        for figure in page.locator(".nnlib > *").element_handles():
            kinds.setdefault(figure.get_attribute("class"), figure)
        for name, figure in kinds.items():
            n, times = figure.evaluate(MOVE, each)
            if len(times) < n / 2:
                raise ValueError(f"{name}: only {len(times)} of {n} moves changed it.")
            yield name, statistics.median(times), statistics.quantiles(times, n=20)[-1]


def show_moves(chromium, urls, each):
    """Print the time of a move of every figure, at full speed and slowed down."""
    print(
        f"{'a move, ms':34} median   95 %   slowed ×4: median   95 %   goal < {FRAME}"
    )
    for stem, url in urls.items():
        fast, slow = (list(measure_moves(chromium, url, each, r)) for r in (1, 4))
        for (name, middle, high), (_, *four) in zip(fast, slow, strict=True):
            print(
                f"{stem:18}{name:15} {middle:7.2f} {high:6.2f} {four[0]:18.2f} "
                f"{four[1]:6.2f}   {mark(middle, FRAME)}".rstrip()
            )


def show_pages(chromium, folder, urls, rounds):
    """Print what every page weighs and when all its figures are alive."""
    print(f"\n{'page':18}   kB  goal ≤ {PAGE}  html  rest    ms  goal < {START}")
    for stem, url in urls.items():
        times = []
        for _ in range(rounds):
            with opened(chromium, url) as (page, loaded):
                times.append(page.evaluate("window.readyAt"))
        sizes = weigh(folder, loaded)
        total, html = sum(sizes.values()), sizes[f"{stem}.html"]
        ready = statistics.median(times)
        print(
            f"{stem:18} {total:4.0f}  {mark(total, PAGE):10} {html:4.0f}  "
            f"{total - html:4.0f}  {ready:4.0f}  {mark(ready, START)}".rstrip()
        )
    shared = sorted(sizes.items(), key=lambda item: -item[1])
    heavy = ", ".join(f"{name} {size:.0f}" for name, size in shared[:4])
    print(f"heaviest of the last page, kB: {heavy}")


def pages_with_figures(folder, base):
    """The pages of a built book in which figures come to life: name -> address."""
    found = {}
    for path in sorted(folder.rglob("*.html")):
        text = path.read_text("utf-8")
        if "The host of the live figures" in text and "_esm" in text:
            found[path.stem] = f"{base}/{path.relative_to(folder)}"
    return found


def run(folder, program, each, rounds):
    """Measure all and print it."""
    from playwright.sync_api import sync_playwright

    with served(folder) as base, sync_playwright() as p:
        urls = pages_with_figures(folder, base)
        if not urls:
            raise ValueError(f"no page with figures in {folder}: run make book first.")
        chromium = p.chromium.launch(executable_path=program)
        print(f"Chromium {chromium.version}, without a screen; compressed by gzip.\n")
        show_moves(chromium, urls, each)
        show_pages(chromium, folder, urls, rounds)
        chromium.close()
    size = kilobytes(HOST.read_bytes())
    print(
        f"\nhost of the figures, kB: {size:.1f}   goal ≤ {HOST_MOST}   "
        f"{mark(size, HOST_MOST)}   (the stock one: {STOCK})"
    )


def main():
    """Read the command line; the exit code is 1 when nothing can be measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="only see that it runs")
    parser.add_argument("--book", type=Path, default=ROOT / "_build" / "html")
    arguments = parser.parse_args()
    each, rounds = (6, 1) if arguments.quick else (60, 5)
    try:
        if (program := browser.find()) is None:
            raise ValueError("No Chromium here: python scripts/browser.py --install")
        run(arguments.book.resolve(), program, each, rounds)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
