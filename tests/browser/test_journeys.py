"""What residents, committees and clerks do on the built demo with its forms, in a real browser."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from forms_api import work
from mingbai.messages import LANGUAGES, say
from mingbai.portal import Portal
from tests.browser.conftest import AS_OF, PHONE, Demo
from tests.browser.looking import FOCUS, TOO_WIDE, UNMARKED, UNREADABLE, Ears, Visit, visit

FINANCE = "/u/lianqiao/finance/2026-Q1/"
# One address for each sort of page, and the word of the navigation it stands under; prose stands under none.
DATA = {
    "/": "home",
    "/u/": "units",
    "/u/lianqiao/": "units",
    "/u/tingxi/": "units",
    "/u/yujian/": "units",
    "/u/lianqiao/finance/": "units",
    FINANCE: "units",
    "/u/shiwan/decision/2026-05-23-two-halls/": "units",
    "/u/jichuan/relief/2026-Q3/": "units",
    "/u/qinghe/service/2026/": "units",
    "/u/lianqiao/inquiry/2026/": "units",
    "/u/liaoting/finance/2025-Q3/": "units",
    "/board/": "board",
    "/catalogue/": "board",
    "/k/": "units",
    "/k/finance/": "units",
    "/k/finance/fix/": "units",
    "/fix/": "board",
    "/privacy/finance/": "units",
    "/figures/": "board",
    "/search/?q=2026": "search",
    "/ask": "ask",
}
PROSE = ["/method/", "/privacy/", "/glossary/", "/handbook/", "/track"]
SEARCHED = "html[data-searched]"


def in_tree(address: str, lang: str) -> str:
    return address if lang == "zh" else f"/{lang}{address}"


@pytest.fixture(scope="module")
def visits(browser: Browser, demo: Demo) -> Iterator[Mapping[str, Visit]]:
    """Look at every sort of page once, in both languages, on a phone."""
    width, height = PHONE
    context = browser.new_context(base_url=demo.address, viewport={"width": width, "height": height})
    page = context.new_page()
    ears = Ears(page, demo.address)
    addresses = [in_tree(address, lang) for lang in LANGUAGES for address in [*DATA, *PROSE]]
    yield {address: visit(page, address, ears) for address in addresses}
    context.close()


# What holds for every page


def test_no_page_scrolls_sideways_on_a_phone_a_tablet_or_a_desk(visits: Mapping[str, Visit]) -> None:
    assert {each.address: each.too_wide for each in visits.values() if each.too_wide} == {}


def test_no_page_scrolls_sideways_in_large_type_either(visits: Mapping[str, Visit]) -> None:
    assert {each.address: each.too_wide_large for each in visits.values() if each.too_wide_large} == {}


def test_something_too_wide_is_found(phone: Page) -> None:
    phone.goto("/")
    assert phone.evaluate(TOO_WIDE) == []
    phone.evaluate("document.querySelector('h1').style.width = '900px'")

    assert phone.evaluate(TOO_WIDE)[0].startswith("h1")


def test_no_page_complains_and_none_calls_another_host(visits: Mapping[str, Visit]) -> None:
    assert {each.address: each.complaints for each in visits.values() if each.complaints} == {}
    assert [stranger for each in visits.values() for stranger in each.strangers] == []


def test_a_complaint_is_heard_and_so_is_a_call_to_another_host(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(base_url=demo.address, bypass_csp=True)
    context.route("http://elsewhere.invalid/**", lambda route: route.abort())
    page = context.new_page()
    ears = Ears(page, demo.address)
    page.goto("/")
    page.evaluate("fetch('http://elsewhere.invalid/').catch(() => console.error('planted'))")
    page.wait_for_timeout(100)

    assert "planted" in ears.complaints
    assert ears.strangers == ["http://elsewhere.invalid/"]
    context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_five_words_are_the_same_everywhere(visits: Mapping[str, Visit], lang: str) -> None:
    five = [say(f"nav.{word}", lang) for word in ("home", "units", "board", "search", "ask")]
    pages = [visits[in_tree(address, lang)] for address in [*DATA, *PROSE]]

    assert {each.address: each.words for each in pages if [word for word, _ in each.words] != five} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_page_of_data_has_exactly_one_current_word_and_prose_has_none(
    visits: Mapping[str, Visit], lang: str
) -> None:
    wanted = {in_tree(address, lang): [say(f"nav.{word}", lang)] for address, word in DATA.items()}
    wanted |= {in_tree(address, lang): [] for address in PROSE}

    assert {address: [word for word, now in visits[address].words if now] for address in wanted} == wanted


def test_the_english_pages_speak_english(visits: Mapping[str, Visit]) -> None:
    # The glossary tells which Chinese word is meant; Markdown has no way to mark it.
    english = [visits[in_tree(address, "en")] for address in [*DATA, *PROSE] if address != "/glossary/"]

    assert {each.address: each.unmarked for each in english if each.unmarked} == {}


def test_chinese_that_is_not_marked_is_found(phone: Page) -> None:
    phone.goto("/en/")
    phone.evaluate("document.querySelector('h1').append('还没译')")

    assert phone.evaluate(UNMARKED) == ["h1.: 还没译"]


@pytest.mark.parametrize("address", ["/", "/u/tingxi/", FINANCE, "/board/", "/ask"])
def test_lamplight_leaves_no_text_unreadable(phone: Page, address: str) -> None:
    phone.emulate_media(color_scheme="dark")
    phone.goto(address)

    assert phone.evaluate(UNREADABLE) == []


def test_text_that_cannot_be_read_is_found(phone: Page) -> None:
    phone.goto("/")
    phone.evaluate("document.querySelector('#villages h2').style.color = '#ddd'")

    assert [each.split(": ")[1] for each in phone.evaluate(UNREADABLE)] == ["我是哪个村的"]


@pytest.mark.parametrize("address", ["/", FINANCE, "/ask"])
def test_the_keyboard_comes_first_to_the_skip_link_and_always_shows_where_it_is(
    desk: Page, address: str
) -> None:
    desk.goto(address)
    desk.keyboard.press("Tab")
    first = desk.evaluate(FOCUS)
    steps = [first]
    for _ in range(20):
        desk.keyboard.press("Tab")
        steps.append(desk.evaluate(FOCUS))

    assert first["name"] == "a.skip"
    assert [step for step in steps if not step["seen"] or step["outline"] < 2] == []


def test_a_focus_that_does_not_show_is_found(desk: Page) -> None:
    desk.goto("/")
    desk.evaluate("document.styleSheets[0].insertRule(':focus { outline: none !important }', 0)")
    desk.keyboard.press("Tab")

    assert desk.evaluate(FOCUS)["outline"] == 0


def test_the_skip_link_leads_past_the_navigation(desk: Page) -> None:
    desk.goto(FINANCE)
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")

    assert desk.evaluate("document.activeElement.id") == "main"


def test_paper_leaves_out_what_can_only_be_clicked(desk: Page) -> None:
    desk.goto(FINANCE)
    desk.emulate_media(media="print")

    for hidden in (".md-tabs", ".tools", ".crumbs", ".ledger .q", ".btn"):
        expect(desk.locator(hidden).first).to_be_hidden()
    for kept in ("h1", "#say", ".sum", ".ledger thead", ".luokuan", ".demo"):
        expect(desk.locator(kept).first).to_be_visible()


# The daughter in the far city


def newest_of(demo: Demo, slug: str) -> str:
    """Return the address of the filing of a unit that came last, from the log of what was received."""
    portal = Portal.open(demo.root)
    came = [
        (when, id.address)
        for id in portal.filing_ids()
        if id.unit == slug and (when := portal.received_at(id, AS_OF)) and when.date() <= AS_OF
    ]
    return max(came)[1]


def test_the_newest_filing_of_my_village_is_two_taps_from_home(phone: Page, demo: Demo) -> None:
    phone.goto("/")
    phone.locator("#villages a", has_text="楝桥村").click()
    phone.locator("#new li a").first.click()

    assert phone.url == demo.address + newest_of(demo, "lianqiao")
    expect(phone.locator("#say")).to_be_visible()


def test_a_table_becomes_cards_on_a_phone_and_is_a_table_at_a_desk(phone: Page, desk: Page) -> None:
    layout = "getComputedStyle(document.querySelector('.ledger tbody tr:nth-child(2)')).display"
    for page in (phone, desk):
        page.goto(FINANCE)
    amount = phone.locator(".ledger tr[id='8'] .c-amt:not(.empty)")

    assert phone.evaluate(layout) == "grid"
    assert desk.evaluate(layout) == "table-row"
    assert amount.inner_text() == "支出36,000.00"
    assert phone.locator(".ledger [role=row]").count() == desk.locator(".ledger tr").count()


def test_a_search_hit_is_a_row_with_its_amount_and_opens_at_that_row_marked(phone: Page) -> None:
    phone.goto("/")
    phone.locator("#q").fill("清淤")
    phone.locator("form.search button").click()
    phone.wait_for_selector(f"{SEARCHED} .hit")
    hit = phone.locator(".hit", has=phone.locator("h3", has_text="西沟渠清淤首付款"))
    expect(hit.locator(".amt")).to_contain_text("36,000.00 元")
    hit.locator("a").click()
    phone.wait_for_url(f"**{FINANCE}#8")

    row = phone.locator(".ledger tr[id='8']")
    expect(row).to_be_in_viewport()
    colours = [
        phone.evaluate(f"getComputedStyle(document.getElementById('{key}')).backgroundColor") for key in "89"
    ]
    assert colours[0] != colours[1]


def test_large_type_is_one_tap_and_remembered_for_the_form_too(phone: Page) -> None:
    phone.goto("/")
    before = phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    phone.locator("button.care").click()
    phone.locator(".md-tabs .ask-tab").click()

    assert phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == before * 1.25
    expect(phone.locator("button.care")).to_have_text("回普通版")


# The paper on the wall: asking


def test_a_word_tells_what_it_means_where_it_stands_and_is_quiet_again(phone: Page) -> None:
    phone.goto("/u/lianqiao/finance/2026-Q2/")
    word, note = phone.locator("a.term").first, phone.locator(".term-note").first

    word.click()
    assert "期初、期末对得上" in note.inner_text()
    assert word.get_attribute("aria-expanded") == "true"
    word.press(" ")

    assert note.is_hidden() and word.get_attribute("aria-expanded") == "false"
    assert phone.url.endswith("/u/lianqiao/finance/2026-Q2/")


def test_the_marks_of_the_board_tell_what_they_mean(phone: Page) -> None:
    phone.goto("/board/")
    phone.locator(".legend a.term").nth(2).press("Enter")

    assert phone.locator(".legend .term-note:visible").inner_text() == "过了该公开的日子，还没有收到。"


def test_the_words_of_a_table_are_explained_below_it_without_scripts(bare: Page) -> None:
    bare.goto("/u/lianqiao/finance/2026-Q2/")
    bare.locator("details.meant summary").press("Enter")

    assert "由网站算：这一笔以后还剩多少" in bare.locator("details.meant dl").inner_text()


def test_without_scripts_a_word_leads_to_where_it_is_explained(bare: Page) -> None:
    bare.goto("/u/lianqiao/finance/2026-Q2/")
    bare.locator("a.term").first.click()

    assert bare.url.endswith("/k/finance/")


def test_asking_from_a_row_quotes_the_row_back(phone: Page) -> None:
    phone.goto(FINANCE)
    phone.locator(".ledger tr[id='8'] .q").click()

    quoted = phone.locator("form .quote").inner_text()
    assert "西沟渠清淤首付款" in quoted
    assert "36,000.00" in quoted


def write(page: Page, sort: str, words: str) -> None:
    """Fill in the form; the unit only where the address has not named it."""
    page.locator(f"input[name=type][value={sort}]").check()
    if page.locator("select[name=unit]").count():
        page.locator("select[name=unit]").select_option("lianqiao")
    page.locator("textarea[name=text]").fill(words)


def send(page: Page) -> str:
    """Send the form and return the receipt as it is shown."""
    page.locator("form[data-draft] button[type=submit]").click()
    return re.sub(r"\s", "", page.locator(".code").inner_text()).replace("-", "")


def test_a_letter_cannot_be_public_and_what_was_typed_is_kept(bare: Page) -> None:
    bare.goto("/ask")
    write(bare, "letter", "我家的低保停了两个月，不知道为什么。")
    bare.locator("input[name=public]").check()
    with bare.expect_response(lambda answer: answer.request.method == "POST") as answered:
        bare.locator("form[data-draft] button[type=submit]").click()

    assert answered.value.status == 422
    assert "不公开" in bare.locator("[role=alert]").inner_text()
    assert "低保停了两个月" in bare.locator("textarea[name=text]").input_value()


def test_a_letter_that_was_refused_once_leaves_nothing_on_the_phone_when_it_is_sent(phone: Page) -> None:
    phone.goto("/ask")
    write(phone, "letter", "字" * 2001)
    phone.locator("form[data-draft] button[type=submit]").click()
    expect(phone.locator("[role=alert]")).to_be_visible()
    phone.locator("textarea[name=text]").fill("改短了的一封")
    send(phone)

    # The receipt may stand there before the script has tidied up; a script that never does fails here.
    phone.wait_for_function("!Object.keys(localStorage).some((key) => key.includes('draft'))")
    phone.goto("/ask")
    assert phone.locator("textarea[name=text]").input_value() == ""


def test_words_for_one_reader_do_not_come_back_in_a_form_that_goes_to_another(phone: Page) -> None:
    phone.goto("/ask")
    write(phone, "report", "集体林卖给谁了，没有开会。")

    phone.goto("/ask?type=inquiry")
    assert phone.locator("textarea[name=text]").input_value() == ""
    assert phone.locator("input[name=type][value=inquiry]").is_checked()
    phone.goto("/ask?type=report")
    assert phone.locator("textarea[name=text]").input_value() == "集体林卖给谁了，没有开会。"


def test_choosing_a_letter_takes_the_choice_to_publish_away(phone: Page) -> None:
    phone.goto("/ask")
    phone.locator("input[name=public]").check()
    phone.locator("input[name=type][value=letter]").check()

    expect(phone.locator("input[name=public]")).to_be_disabled()
    expect(phone.locator("input[name=public]")).not_to_be_checked()


def test_the_receipt_fills_itself_in_and_leaves_the_address(phone: Page) -> None:
    phone.goto(f"/ask?about={quote(FINANCE + '#8', safe='')}")
    write(phone, "inquiry", "清淤验收的单子在哪里看？")
    receipt = send(phone)
    phone.locator(".btn", has_text="查").click()
    phone.wait_for_url("**/track")

    assert phone.locator("#receipt").input_value().replace("-", "") == receipt
    assert receipt[:4] not in phone.url
    phone.locator("form[action=track] button").click()
    expect(phone.locator("h1")).to_have_text("现在由楝桥村领办")


def test_a_phone_that_must_wait_works_for_its_turn(phone: Page) -> None:
    def asked_to_work(route: Route) -> None:
        """Give the page as it is when an allowance is used up; from this machine none ever is."""
        token = '<input type="hidden" name="token"'
        field = f'<input type="hidden" name="work" value="" data-bits="{work.BITS}" data-done="可以交了">'
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(token, field + token, 1))

    phone.route("**/ask", asked_to_work)
    phone.goto("/ask")

    expect(phone.locator("form[data-draft] [role=status]")).to_have_text("可以交了", timeout=30000)
    token, said = (phone.locator(f"input[name={name}]").input_value() for name in ("token", "work"))
    assert work.is_done(token, said)


# Without scripts


def test_without_scripts_searching_leads_to_the_catalogue_and_to_the_villages(bare: Page) -> None:
    bare.goto("/")
    bare.locator("#q").fill("清淤")
    bare.locator("form.search button").click()
    expect(bare.locator("noscript p").first).to_contain_text("关着脚本")
    bare.locator("noscript a", has_text=say("search.catalogue", "zh")).click()
    bare.locator("th a", has_text="财务收支").click()

    expect(bare.locator("h1")).to_have_text("财务收支")


def test_without_scripts_a_filing_is_whole(bare: Page) -> None:
    bare.goto(FINANCE)

    assert bare.locator("#say").inner_text().startswith("这个季度收入")
    assert bare.locator(".ledger tbody tr[id]").count() == 21
    expect(bare.locator(".luokuan")).to_contain_text("楝桥村村民委员会")
    expect(bare.locator("button.care")).to_be_hidden()


def test_without_scripts_one_asks_gets_a_receipt_and_follows_it(bare: Page) -> None:
    bare.goto(FINANCE)
    bare.locator(".ledger tr[id='14'] .q").click()
    write(bare, "inquiry", "屋顶防水保几年？")
    receipt = send(bare)
    assert len(receipt) == 13

    bare.goto("/track")
    bare.locator("#receipt").fill(receipt.lower())
    bare.locator("form[action=track] button").click()

    expect(bare.locator("h1")).to_have_text("现在由楝桥村领办")
    expect(bare.locator("main a").first).to_contain_text("序号 14")
    assert receipt.lower() not in bare.url.lower()
