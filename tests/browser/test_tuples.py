"""A stance is a holder, a target and a label: few keys, and no name that is taken for granted."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, col, select

from annotator.domain import Alias, Annotation, Entity, EntityStatus, Item, Segment
from annotator.store.engine import writing
from annotator.store.registry import Registry
from tests.browser.conftest import ENTITIES

pytestmark = pytest.mark.browser

TEXT = [
    [
        "Mayor Anders wants night trains, and she attacked the railway.",
        "Anders said so again.",
        "It snowed.",
    ],
    ["Elsewhere it rained.", "They want cheaper tickets."],
]
AMBIGUOUS: list[dict[str, Any]] = [
    *ENTITIES,
    {
        "key": "water-ministry", "actor_type": "organisation", "name": "Ministry of Water",
        "aliases": ["the ministry"], "definition": "It runs the dams.",
    },
    {
        "key": "road-ministry", "actor_type": "organisation", "name": "Ministry of Roads",
        "aliases": ["the ministry"], "definition": "It runs the roads.",
    },
    {
        "key": "union", "actor_type": "group", "name": "Passengers' Union",
        "aliases": [{"name": "they", "document": "text-1"}],
    },
]  # fmt: skip


def test_a_whole_stance_takes_three_keys_and_the_same_ones_in_the_next_sentence(sit_down: Callable) -> None:
    """3,000 sentences a day are 10,000 keys already; digits that jump would be looked for each time."""
    seat = sit_down("open", TEXT)

    seat.press("2", "1", "1")  # Mayor Anders, night trains, FAVOR
    expect(seat.page.locator(".stance")).to_have_count(1)
    seat.press("Space", "2", "1", "2", "Space", "2", "1", "1", "Space")

    seat.wait_until_saved()
    assert seat.answers() == {
        "0-0": ["mayor FAVOR night-trains"],
        "0-1": ["mayor AGAINST night-trains"],
        "0-2": ["mayor FAVOR night-trains"],
    }


def test_who_was_used_in_the_document_keeps_its_key(sit_down: Callable) -> None:
    """Fingers learn that the railway is 2; a sentence that names others first must not move it."""
    seat = sit_down("open", TEXT)

    seat.press("3")  # State Railway
    expect(seat.page.locator("[data-slot=holder]")).to_contain_text("State Railway")
    seat.press("1", "1", "Space")

    expect(seat.sentence).to_have_text("Anders said so again.")
    expect(seat.page.locator(".option").nth(1)).to_contain_text("State Railway")
    expect(seat.page.locator(".option").nth(2)).to_contain_text("Mayor Anders")
    seat.page.reload()
    expect(seat.page.locator(".option").nth(1)).to_contain_text("State Railway")


CROWD: list[dict[str, Any]] = [
    *ENTITIES,
    *({"key": f"guest-{number}", "actor_type": "person", "name": f"Guest {number}"} for number in range(30)),
]


def test_the_next_nine_are_one_key_away(sit_down: Callable) -> None:
    """Ten are likely in a long text; the tenth costs one key more, not a name to be typed."""
    words = ["Mayor Anders met " + ", ".join(f"Guest {number}" for number in range(12)) + ".", "It snowed."]
    seat = sit_down("open", [words], entities=CROWD)
    options = seat.page.locator(".option")
    expect(options).to_have_count(9)
    tenth = seat.page.evaluate(
        "() => { const { registry, item } = document.querySelector('stance-form');"
        " return registry.likely(item, 'holder')[9].name }"
    )

    expect(seat.page.locator("[data-act=more]")).to_contain_text("10–1")
    seat.press("y")
    expect(options.first).to_contain_text(tenth)
    seat.press("1")
    expect(seat.page.locator("[data-slot=holder]")).to_contain_text(tenth)
    expect(seat.page.locator("[data-act=more]")).to_contain_text("10–1")  # the next question begins anew


def test_behind_the_last_page_comes_the_first_and_typing_turns_no_page(sit_down: Callable) -> None:
    """Who has turned too far goes on turning; a Y in the field is a letter of a name."""
    seat = sit_down(
        "open", [["It snowed."]], entities=ENTITIES + CROWD[4:12]
    )  # 12, and three reserved holders
    first = seat.page.locator(".option").first
    expect(first).to_contain_text("The author")

    seat.press("y")
    expect(first).not_to_contain_text("The author")
    seat.press("y")
    expect(first).to_contain_text("The author")
    seat.press("a", "y")

    expect(seat.page.locator("#entity-field")).to_have_value("y")
    expect(seat.page.locator("[data-act=more]")).to_be_hidden()


def test_a_target_that_no_text_names_is_listed_by_its_definition(sit_down: Callable) -> None:
    """Whoever opens a new text finds what it is about on the first page, before she used it once."""
    strike = {
        "key": "walkout", "kind": "issue", "name": "Walkout at the depot",
        "definition": "Whether the drivers should stop work until wages rise.",
    }  # fmt: skip
    seat = sit_down("open", [["Drivers demand higher wages."]], entities=[*CROWD, strike])

    seat.press("1")

    expect(seat.page.locator("[data-prompt=target]")).to_be_visible()
    expect(seat.page.locator(".option").first).to_contain_text("Walkout at the depot")


def test_one_key_repeats_the_last_tuple_and_a_part_of_it_can_be_changed(sit_down: Callable) -> None:
    """Who is quoted over ten sentences says the same thing in five of them, and nearly the same in two."""
    seat = sit_down("open", TEXT)
    expect(seat.page.get_by_role("button", name="Again:")).to_be_hidden()
    seat.press("2", "1", "1", "Space")

    expect(seat.page.get_by_role("button", name="Again:")).to_contain_text(
        "Mayor Anders → FAVOR → More night trains"
    )
    seat.press("e")
    seat.page.get_by_role("button", name="FAVOR", exact=True).click()
    seat.press("2")

    expect(seat.page.locator(".stance-line")).to_have_text("Mayor Anders → AGAINST → More night trains")
    seat.press("Space", "e", "e", "Space")  # the newest first, then the one before it
    seat.wait_until_saved()
    assert seat.answers() == {
        "0-0": ["mayor FAVOR night-trains"],
        "0-1": ["mayor AGAINST night-trains"],
        "0-2": ["mayor FAVOR night-trains"],
    }


def test_a_change_can_be_left(sit_down: Callable) -> None:
    """A part that was pressed by mistake stays as it is."""
    seat = sit_down("open", TEXT)
    seat.press("2", "1", "1")

    seat.page.locator(".stance").get_by_role("button", name="Mayor Anders").click()
    expect(seat.page.get_by_role("button", name="Done, next")).to_be_disabled()
    seat.press("Backspace", "Space")

    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["mayor FAVOR night-trains"]}


def test_the_newer_label_holds_unless_one_is_former(sit_down: Callable) -> None:
    """The store keeps a pair once, and once more as a former view; sent twice, it refuses the answer."""
    seat = sit_down("open", TEXT)

    seat.press("2", "1", "1", "2", "1", "2")
    expect(seat.page.locator(".stance-line")).to_have_text(["Mayor Anders → AGAINST → More night trains"])
    seat.press("d", "f", "d", "2", "1", "1")
    expect(seat.page.locator(".stance")).to_have_count(2)
    seat.press("Space")

    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["mayor AGAINST night-trains", "mayor FAVOR night-trains"]}


@pytest.mark.parametrize(
    ("fixed", "keys", "answer"),
    [
        ({"holder_id": "mayor"}, ("1", "1"), "mayor FAVOR night-trains"),
        ({"target_id": "railway"}, ("2", "2"), "mayor AGAINST railway"),
        ({"holder_id": "mayor", "target_id": "railway"}, ("2",), "mayor AGAINST railway"),
    ],
)
def test_what_the_item_fixes_is_not_asked(
    sit_down: Callable, fixed: dict[str, str], keys: tuple[str, ...], answer: str
) -> None:
    """A question whose answer is given costs a key, and invites another answer."""
    seat = sit_down("open", TEXT)
    with writing(seat.engine) as session:
        for item in session.exec(select(Item)):
            registry = Registry.load(session, item.project_id)
            item.sqlmodel_update({field: registry.by_key[key].id for field, key in fixed.items()})
            session.add(item)
    seat.page.reload()
    seat.sentence.get_by_text("Mayor Anders wants").wait_for()

    seat.press(*keys)
    expect(seat.page.locator(".stance")).to_have_count(1)
    seat.press("Space")

    seat.wait_until_saved()
    assert seat.answers() == {"0-0": [answer]}


def test_who_has_the_turn_is_offered(sit_down: Callable) -> None:
    """In an interview the speaker holds what is said, and is hardly ever named in it."""
    seat = sit_down("open", [["It is too dear.", "It is too late."]], entities=AMBIGUOUS)
    with writing(seat.engine) as session:
        for segment in session.exec(select(Segment)):
            segment.speaker = "Passengers' Union"
    seat.page.reload()

    expect(seat.page.locator(".option").nth(1)).to_contain_text("Passengers' Union")


def test_an_ambiguous_name_asks(sit_down: Callable) -> None:
    """The wrong ministry in a dataset is an error that nobody ever finds again."""
    seat = sit_down("open", TEXT, entities=AMBIGUOUS)

    seat.press("a")
    seat.page.keyboard.type("The Ministry")
    seat.press("Enter")

    expect(seat.page.locator("[data-picker-note]")).to_have_text(
        "Several have this name. Which one is meant?"
    )
    expect(seat.page.locator(".option").nth(1)).to_contain_text("It runs the dams.")
    expect(seat.page.locator(".option").nth(0)).to_contain_text("It runs the roads.")
    expect(seat.page.locator("[data-slot=holder]")).to_contain_text("…")
    seat.press("1")
    expect(seat.page.locator("[data-slot=holder]")).to_contain_text("Ministry of Roads")


def test_a_name_of_one_document_is_known_there_only(sit_down: Callable) -> None:
    """Who "they" are changes from text to text."""
    seat = sit_down("open", TEXT, entities=AMBIGUOUS)
    options = seat.page.locator(".option")

    seat.press("a")
    seat.page.keyboard.type("they")
    expect(options.filter(has_text="Passengers' Union")).to_have_count(0)
    seat.press("Escape", "x", "x", "x", "x")
    expect(seat.sentence).to_have_text("They want cheaper tickets.")
    seat.press("ArrowRight", "h", "Enter")

    expect(seat.page.locator("[data-slot=holder]")).to_contain_text("Passengers' Union")


def test_marked_words_that_nobody_has_as_a_name_are_ready_to_be_searched(sit_down: Callable) -> None:
    """Marking must not end where the registry does."""
    seat = sit_down("open", TEXT)

    seat.press(*["ArrowRight"] * 3, "h")  # "wants"
    field = seat.page.get_by_role("combobox")
    expect(field).to_be_focused()
    expect(field).to_have_value("wants")
    field.fill("rail")
    seat.press("Enter")

    expect(seat.page.locator("[data-slot=holder]")).to_contain_text("State Railway")
    expect(seat.page.locator("[data-draft-chips]")).to_contain_text("wants")


def test_marks_of_a_second_stance_begin_it(sit_down: Callable) -> None:
    """Mark, pick, mark, pick, label: the second holder's words must not end up at the first stance."""
    seat = sit_down("open", TEXT)
    words = seat.page.locator(".passage-segment")

    _drag(seat, "Mayor Anders")
    seat.press("h", "1")
    _drag(seat, "night trains")
    seat.press("t", "1", "1")
    _drag(seat, "she")
    seat.press("h")
    seat.page.get_by_role("combobox").fill("anders")
    seat.press("Enter")
    _drag(seat, "the railway")
    seat.press("t", "1", "2", "Space")

    expect(words).to_have_text("Anders said so again.")
    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["mayor FAVOR night-trains", "mayor AGAINST railway"]}
    assert sorted(seat.spans()) == [
        ("holder", "Mayor Anders"),
        ("holder", "she"),
        ("target", "night trains"),
        ("target", "the railway"),
    ]


def test_the_target_may_be_marked_first(sit_down: Callable) -> None:
    """Some read "the railway" and then ask who attacks it."""
    seat = sit_down("open", TEXT)

    _drag(seat, "the railway")
    seat.press("t", "1", "2", "2", "Space")

    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["mayor AGAINST railway"]}


def test_a_new_name_stays_typed_while_the_server_is_away(sit_down: Callable) -> None:
    """In a tunnel the name cannot be registered, and typing it again is what one forgets."""
    seat = sit_down("open", TEXT)
    seat.press("a")
    seat.page.keyboard.type("Night Watch")

    seat.page.context.set_offline(True)
    seat.press("Enter")
    expect(seat.page.locator("[data-picker-note]")).to_contain_text("“Night Watch” cannot be added while")
    expect(seat.page.get_by_role("combobox")).to_have_value("Night Watch")
    seat.page.context.set_offline(False)
    seat.press("Enter")

    expect(seat.page.locator("[data-slot=holder]")).to_contain_text("Night Watch")
    with Session(seat.engine) as session:
        entity = session.exec(select(Entity).where(Entity.name == "Night Watch")).one()
        assert entity.status is EntityStatus.PROPOSED
    seat.press("Backspace")
    added = seat.page.get_by_role("option", name="Night Watch")
    expect(added.get_by_text("new", exact=True)).to_be_visible()


def test_a_name_that_somebody_else_added_meanwhile_is_found(sit_down: Callable) -> None:
    """Two annotators meet the same unknown mayor on the same morning."""
    seat = sit_down("open", TEXT)
    with writing(seat.engine) as session:
        project_id = session.exec(select(Item.project_id)).first()
        Registry.load(session, project_id).register("Night Watch", kind="actor")

    seat.press("a")
    seat.page.keyboard.type("night watch")
    seat.press("Enter")

    expect(seat.page.locator("[data-slot=holder]")).to_contain_text("Night Watch")
    with Session(seat.engine) as session:
        assert len(session.exec(select(Alias).where(col(Alias.normalised) == "night watch")).all()) == 1


def test_a_closed_registry_takes_no_new_name(sit_down: Callable) -> None:
    """Where the curator keeps the list, the page must not offer what the server refuses."""
    seat = sit_down("open", TEXT, entities_open=False)

    seat.press("a")
    seat.page.keyboard.type("Night Watch")

    expect(seat.page.locator("[data-picker-note]")).to_contain_text("Ask the curator")
    expect(seat.page.locator(".option")).to_have_count(0)


def test_an_answer_opened_again_goes_out_as_it_came(sit_down: Callable) -> None:
    """A corrected comma must not cost the voice, the sources and the flags."""
    seat = sit_down("open", TEXT)
    seat.press("2", "1", "1", "d", "4", "7", "w", "v")
    seat.page.get_by_role("option", name="State Railway").click()
    seat.press("s")
    seat.page.get_by_role("option", name="State Railway").click()
    seat.press("d", "Space")
    expect(seat.sentence).to_have_text("Anders said so again.")
    seat.press("z")
    expect(seat.page.locator(".stance .chip")).to_have_text(
        [
            "Remove mixed quote ×", "Remove voice: State Railway ×", "Remove according to State Railway ×",
            "Remove confidence: fairly sure ×", "Remove hypothetical ×",
        ]
    )  # fmt: skip
    seat.press("Space")
    expect(seat.sentence).to_have_text("Anders said so again.")
    seat.wait_until_saved()

    with Session(seat.engine) as session:
        last = session.exec(select(Annotation).order_by(col(Annotation.id).desc())).first()
        [stance] = last.stances
        assert (stance.attribution, stance.confidence, stance.flags) == (
            "mixed_quote",
            0.67,
            ["hypothetical"],
        )
        railway = session.exec(select(Entity.id).where(Entity.key == "railway")).one()
        assert (stance.voice_id, [source.entity_id for source in stance.sources]) == (railway, [railway])


def _drag(seat: Any, words: str) -> None:
    """Select these words of the sentence as a mouse does."""
    seat.page.evaluate(
        """(words) => {
          const segment = document.querySelector(".passage-segment")
          const at = segment.textContent.indexOf(words)
          const place = (offset) => {
            const walker = document.createTreeWalker(segment, NodeFilter.SHOW_TEXT)
            for (let node; (node = walker.nextNode()); offset -= node.length) {
              if (offset <= node.length) return [node, offset]
            }
          }
          getSelection().setBaseAndExtent(...place(at), ...place(at + words.length))
        }""",
        words,
    )
    expect(seat.page.locator("[data-mark=holder]")).to_be_enabled()


def test_four_stances_fit_a_laptop(sit_down: Callable) -> None:
    """Who looks for a key below the edge at every second sentence scrolls a thousand times a day."""
    seat = sit_down(
        "open", [["Mayor Anders wants night trains, and she attacked the railway.", "It snowed."]]
    )
    seat.page.set_viewport_size({"width": 1366, "height": 650})
    for holder, target in (
        ("mayor", "night-trains"),
        ("mayor", "railway"),
        ("railway", "mayor"),
        ("author", "fares"),
    ):
        seat.page.evaluate(
            "([holder, target]) => { const form = document.querySelector('stance-form');"
            " for (const key of [holder, target]) form.picker.dispatchEvent("
            "new CustomEvent('choose', { detail: { key } })) }",
            [holder, target],
        )
        seat.press("1")
    expect(seat.page.locator(".stance")).to_have_count(4)

    def all_in_sight(selector: str) -> None:
        for each in seat.page.locator(selector).filter(visible=True).all():
            expect(each).to_be_in_viewport(ratio=1)

    for selector in (".stance", ".option", "[data-act=more]", "[data-act=submit]"):
        all_in_sight(selector)
    assert seat.page.locator(".answer").evaluate("(answer) => answer.scrollTop") == 0
    seat.press("1", "1")
    for selector in (".stance", "stance-form [data-choice]", "[data-act=submit]"):
        all_in_sight(selector)
