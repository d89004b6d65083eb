"""How a person uses a page: with mouse, by touch, or with the keyboard alone."""

# Without transitions: axe would measure the contrast of a colour that is on its way to another.
STILL = {"reduced_motion": "reduce"}
LAB_SCREEN = {"viewport": {"width": 1280, "height": 900}, **STILL}
PHONE = {
    "viewport": {"width": 360, "height": 740}, "device_scale_factor": 3, "has_touch": True, "is_mobile": True, **STILL,
}  # fmt: skip
ENLARGED = {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2, **STILL}  # a lab screen at 200 %

CHECKED = "id => document.getElementById(id).checked"


class Mouse:
    screen = LAB_SCREEN

    def __init__(self, page):
        self.page = page

    def press(self, selector):
        self.page.click(selector)

    def choose(self, identity):
        """A radio button, by its label."""
        self.page.click(f"label[for='{identity}']")

    def write(self, selector, text):
        self.page.fill(selector, text)

    def select(self, selector, value):
        self.page.select_option(selector, value)

    def slide(self, selector, step, last):
        """To a step from 0 to `last`, by a click there."""
        box = self.page.locator(selector).bounding_box()
        thumb = 16
        self.page.locator(selector).click(
            position={"x": thumb / 2 + (box["width"] - thumb) * step / last, "y": box["height"] / 2}
        )


class Enlarged(Mouse):
    screen = ENLARGED


class Touch(Mouse):
    screen = PHONE

    def press(self, selector):
        self.page.tap(selector)

    def choose(self, identity):
        self.page.tap(f"label[for='{identity}']")


class Keyboard(Mouse):
    """Only keys, and the focus must be seen wherever it is."""

    FOCUSED = "selector => document.activeElement.matches(selector)"
    SEEN = """() => {
        const here = document.activeElement;
        const style = getComputedStyle(here.matches(".choices input") ? here.nextElementSibling : here);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    }"""

    def reach(self, selector):
        """Tab until there; the Tab key goes round the page."""
        for _step in range(150):
            if self.page.evaluate(self.FOCUSED, selector):
                assert self.page.evaluate(self.SEEN), f"the focus on {selector} cannot be seen"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached with the Tab key")

    def press(self, selector):
        self.reach(selector)
        self.page.keyboard.press("Enter")

    def choose(self, identity):
        """Tab goes to the chosen button of a group, or to its first; arrows choose the next one."""
        name = self.page.get_attribute(f"[id='{identity}']", "name")
        self.reach(f"[name='{name}']")
        self.page.keyboard.press("Space")
        for _step in range(40):
            if self.page.evaluate(CHECKED, identity):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{identity} cannot be chosen with the arrow keys")

    def write(self, selector, text):
        self.reach(selector)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def select(self, selector, value):
        """The options of the calculator's lists are in the order of the grid, after an empty one."""
        self.reach(selector)
        for _step in range(40):
            if self.page.input_value(selector) == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} cannot be chosen with the arrow keys")

    def slide(self, selector, step, last):
        self.reach(selector)
        self.page.keyboard.press("Home")
        for _step in range(step):
            self.page.keyboard.press("ArrowRight")
