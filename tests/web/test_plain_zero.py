"""No zero has a stroke, on no page: a Dane reads *AØØ1* where *A001* is printed."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.pages.kiosk.screen import UPRIGHT, choose, number, open_counter
from tests.web.browsers import BrowserMaker
from tests.web.service import Service

INK_IN_THE_MIDDLE = """async (families) => {
    const inked = {};
    for (const family of families) for (const weight of [400, 800]) {
        const font = `${weight} 200px ${family}`;
        await document.fonts.load(font, "A0");
        const brush = new OffscreenCanvas(300, 300).getContext("2d", { willReadFrequently: true });
        brush.font = font;
        brush.textAlign = "center";
        const { actualBoundingBoxAscent: high } = brush.measureText("0");
        brush.fillText("0", 150, 250);
        const { data } = brush.getImageData(140, 250 - Math.round(high / 2) - 10, 20, 20);
        inked[family] ||= data.some((value, nth) => nth % 4 === 3 && value > 0);
    }
    return inked;
}"""
"""In the page: whether there is ink in the middle of a zero, by typeface."""

FAMILIES = """() => [...new Set([...document.querySelectorAll("body, body *")]
    .filter((part) => [...part.childNodes].some(({ nodeType, data }) =>
        nodeType === Node.TEXT_NODE && /\\d/.test(data)))
    .concat(document.body)
    .map((part) => getComputedStyle(part).fontFamily))]
    .filter((family) => !family.startsWith("ui-monospace"))"""
"""In the page: the typefaces of all that has a digit, except for text that is copied exactly."""


def zeros(page: Page) -> dict[str, bool]:
    """Whether the zeros of a page have ink in their middle, by typeface."""
    inked: dict[str, bool] = page.evaluate(INK_IN_THE_MIDDLE, page.evaluate(FAMILIES))
    return inked


def test_no_zero_of_a_ticket_number_has_a_stroke(
    service: Service, new_context: BrowserMaker
) -> None:
    branch = service.branch()
    open_counter(service, branch)
    context = new_context(**UPRIGHT)
    service.enrol(context, "kiosk", branch)
    service.log_in(context, "admin")
    page = context.new_page()
    page.goto(f"/kiosk/{branch}?paper=80")
    page.evaluate("() => { window.print = () => {}; }")
    choose(page, "pas")
    taken = number(page)
    assert "0" in taken
    expect(page.locator(".paper__number")).to_have_text(taken)
    own = page.evaluate(INK_IN_THE_MIDDLE, ['"Atkinson Hyperlegible Next"'])
    assert list(own.values()) == [True], "the typeface's own zero has a stroke"
    assert set(zeros(page).values()) == {False}, "kiosk and slip"
    service.api("clerk", branch).post(f"/branches/{branch}/counters/1/call-next")
    for path, shows in (
        (f"/display/{branch}", taken),
        (f"/counter/{branch}?counter=1", taken),
        (f"/dashboards/{branch}", taken),
        (f"/reception/{branch}", ""),
        (f"/answer/{branch}/never-made", ""),
    ):
        page.goto(path)
        expect(page.locator("body")).to_contain_text(shows)
        assert set(zeros(page).values()) == {False}, path
