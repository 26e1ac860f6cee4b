"""What keeps the history comes in the HTML of every page, and in nothing else."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from pdviz.ui.components.assets import source
from pdviz.ui.serving.history import KeptHistory

PAGE = "<!DOCTYPE html><html><head><title>ü</title></head><body>" + "text " * 400 + "</body></html>"
ROUTES = [
    Route(
        "/", lambda request: HTMLResponse(PAGE, headers={"etag": "one"}), methods=["GET", "HEAD"]
    ),
    Route("/data", lambda request: PlainTextResponse("<head>", headers={"etag": "two"})),
]
CLIENT = TestClient(
    Starlette(routes=ROUTES, middleware=[Middleware(KeptHistory), Middleware(GZipMiddleware)])
)
BROWSER = {"accept": "text/html,*/*", "accept-encoding": "gzip", "if-none-match": "one"}


def test_a_page_has_the_script_first_in_its_head_and_is_otherwise_as_it_was() -> None:
    response = CLIENT.get("/", headers=BROWSER)
    start, end = response.text.index("<script"), response.text.index("</script>") + len("</script>")
    script = response.text[start:end]
    assert response.text[:start].endswith("<head>")
    assert source("boot/page_history.js") in script
    assert script.endswith("keepOneEntryPerStep()</script>")
    assert response.text[:start] + response.text[end:] == PAGE
    assert int(response.headers["content-length"]) == len(response.content)
    assert "etag" not in response.headers  # a copy without the script would be taken for this one
    assert CLIENT.head("/", headers=BROWSER).content == b""


def test_nothing_else_is_changed() -> None:
    response = CLIENT.get("/data", headers=BROWSER)
    assert (response.text, response.headers["etag"]) == ("<head>", "two")
    assert CLIENT.get("/", headers={"accept": "*/*"}).text == PAGE
