from pdviz.pattern import Pattern


def _shows(page, pattern: Pattern) -> None:
    """The numbers, the text and the drawing all belong to this pattern."""
    page.until(lambda: page.metric("Taps"), f"{pattern.taps:,}")
    page.until(lambda: page.metric("Span"), f"{pattern.kernel_size:,}")
    page.until(lambda: page.offsets("left wing"), list(pattern.left))
    page.until(lambda: page.offsets("island"), list(pattern.island))
    page.until(lambda: page.offsets("right wing"), list(pattern.right))
    gaps = [i - pattern.origin for i, tap in enumerate(pattern.mask) if not tap]
    page.until(lambda: page.offsets("gap"), gaps)
    page.until(lambda: page.bars("kernel"), pattern.kernel_size + pattern.taps)


def test_first_visit_shows_the_default_pattern(page):
    page.open()
    _shows(page, Pattern.parse("101010101111101010101"))
    assert page.field("As text").input_value() == "101010101111101010101"
    assert page.metric("Reach") == "−10 … +10"
    assert page.metric("Density") == "61.9%"
    assert page.metric("Weights saved") == "38.1%"
    assert page.query() == ""


def test_each_number_changes_the_kernel(page):
    page.open()
    page.type("Wing", "2")
    _shows(page, Pattern.partially_dilated(2, 2, 5))
    page.type("Dilation", "3")
    _shows(page, Pattern.partially_dilated(2, 3, 5))
    page.type("Island", "7")
    _shows(page, Pattern.partially_dilated(2, 3, 7))
    page.tab.get_by_text("Causal", exact=True).last.click()
    _shows(page, Pattern.partially_dilated(2, 3, 7, causal=True))
    page.until(page.query, "wing=2&dilation=3&island=7&causal=1")


def test_an_even_island_is_mended_and_said(page):
    page.open()
    page.type("Island", "4")
    page.tab.get_by_text("Island must be odd: 4 was changed to 5.").wait_for()
    page.until(lambda: page.field("Island").input_value(), "5")
    page.type("Wing", "3")
    _shows(page, Pattern.partially_dilated(3, 2, 5))
    assert page.tab.get_by_text("Island must be odd").count() == 0


def test_a_number_out_of_range_is_mended_and_said(page):
    page.open()
    page.type("Wing", "99")
    page.tab.get_by_text("Wing must be 0 to 64: 99 was changed to 64.").wait_for()
    page.until(lambda: page.field("Wing").input_value(), "64")
    page.until(lambda: page.metric("Taps"), "133")


def test_a_pattern_typed_as_text(page):
    page.open()
    page.type("As text", "1101011")
    _shows(page, Pattern.parse("1101011"))
    page.until(page.query, "pattern=1101011")
    page.type("Origin", "0")
    _shows(page, Pattern.parse("1101011", origin=0))
    page.type("As text", "11x")
    page.tab.get_by_text("A pattern is written with 0 for a gap and 1 for a tap").wait_for()
    _shows(page, Pattern.parse("1101011", origin=0))
    page.type("Wing", "1")
    _shows(page, Pattern.partially_dilated(1, 2, 5))


def test_ready_made_patterns(page):
    page.open()
    for name, pattern in (
        ("Dense", Pattern.dense(21)),
        ("Plain dilated", Pattern.dilated(11, 2)),
        ("Causal", Pattern.partially_dilated(causal=True)),
        ("Default", Pattern.partially_dilated()),
    ):
        page.tab.get_by_role("radio", name=name).or_(
            page.tab.get_by_role("button", name=name, exact=True)
        ).first.click()
        _shows(page, pattern)


def test_quick_clicks_are_all_counted(page):
    page.open()
    more = page.tab.locator('[data-testid="stNumberInputStepUp"]').first
    for _ in range(8):
        more.click()
    page.until(lambda: page.field("Wing").input_value(), "12")
    _shows(page, Pattern.partially_dilated(12, 2, 5))


def test_the_stack_of_layers_by_keyboard(page):
    page.open()
    page.tab.get_by_text("reaches 53 of 61 inputs (87%), widest hole 1, unbroken 45").wait_for()
    page.tab.get_by_text("reaches 31 of 61 inputs (51%), widest hole 1").wait_for()
    slider = page.tab.get_by_role("slider").first
    slider.focus()
    slider.press("ArrowLeft")
    page.tab.get_by_text("reaches 33 of 41 inputs (80%), widest hole 1").wait_for()
    page.tab.get_by_text("reaches 41 of 41 inputs (100%), no holes").wait_for()
    page.tab.get_by_text("reaches 21 of 41 inputs (51%), widest hole 1").wait_for()
    page.until(page.query, "layers=2")


def test_a_link_reopens_what_its_sender_saw(page):
    page.open("/?wing=1&dilation=5&island=3&causal=1&layers=2")
    _shows(page, Pattern.partially_dilated(1, 5, 3, causal=True))
    assert page.field("Wing").input_value() == "1"
    assert page.tab.locator('[data-testid="stAlert"]').count() == 0
    page.until(page.query, "wing=1&dilation=5&island=3&causal=1&layers=2")


def test_a_broken_link_opens_the_default_with_a_notice(page):
    page.open("/?wing=99&island=4&pattern=<b>x</b>&layers=%F0%9F%98%80")
    _shows(page, Pattern.partially_dilated())
    notice = page.tab.locator('[data-testid="stAlert"]').inner_text()
    assert "Wing must be 0 to 64, but the link says “99”. Shown instead: 4." in notice
    assert "Island must be odd" in notice
    assert "A pattern is written with 0" in notice
    assert "Layers must be a whole number" in notice


def test_the_widest_kernel_is_drawn(page):
    page.open("/?wing=64&dilation=64&island=65&layers=8")
    page.until(lambda: page.metric("Span"), "8,257")
    page.until(lambda: page.bars("kernel"), 193)
    page.tab.get_by_text("reaches 66,049 of 66,049 inputs").wait_for()


def test_nothing_sticks_out_on_a_phone(page):
    page.tab.set_viewport_size({"width": 390, "height": 844})
    for path in ("/", "/signal", "/gradient"):
        page.open(path)
        page.tab.locator("svg").first.wait_for()
        assert page.tab.evaluate("document.documentElement.scrollWidth") <= 390
