"""Which key does what: a person's own, then the project's labels', then the default ones."""

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import Label, Polarity
from annotator.domain.keys import CHOOSING, DEFAULT, FREE_KEYS, KEPT, PLACES, first_clash
from annotator.domain.preferences import Preferences
from annotator.web import actions, keymap


def labels(*keys):
    """Labels with these keys."""
    return [
        Label(project_id=1, name=f"L{number}", polarity=Polarity.OTHER, key=key, position=number)
        for number, key in enumerate(keys)
    ]


def test_the_default_map_gives_every_key_one_thing_to_do():
    """Two things on one key: one of them is never done."""
    assert first_clash(DEFAULT) is None
    assert not [code for codes in DEFAULT.values() for code in codes if CHOOSING.fullmatch(code)]


def test_every_action_is_called_and_explained_once():
    """The help and the form of keys are made from these words; what is missing here is missing there."""
    told = [action for group in actions.GROUPS for action in group.actions]

    assert sorted(told) == sorted(DEFAULT)
    assert all(
        str(words.name) and str(words.does) for group in actions.GROUPS for words in group.actions.values()
    )


def test_one_hand_reaches_everything():
    """The other hand holds the mouse, or a child."""
    left = {*"12345QWERTASDFGZXCVB"} | {"Space", "Backquote"}
    others = {"holder"}  # H is what the guidelines of half the world call it; one key past the left hand

    far = {
        action
        for action, codes in DEFAULT.items()
        if not {code.removeprefix("Shift+").removeprefix("Key").removeprefix("Digit") for code in codes}
        & left
    }
    assert far - others <= {"end_back", "end_on", "start_back", "start_on", "help"}


def test_a_label_takes_a_default_key_and_the_action_gets_another():
    """A scheme with letters must not silence "more context" nor "the last stance again"."""
    bound = keymap.bindings(Preferences(), labels("w", "e", "x", "0"))

    assert bound.labels["L0"].codes == "KeyW"
    assert bound.actions["none"].codes not in ("", "KeyX", "Digit0")
    assert not {"KeyW", "KeyE"} & {code for each in bound.actions.values() for code in each.codes.split()}
    assert bound.actions["narrower"].codes == "Shift+KeyW"


def test_ones_own_key_comes_before_the_label_of_a_project():
    """What her fingers know holds, also in a project that she joins later."""
    bound = keymap.bindings(Preferences(keys={"skip": ["KeyQ"]}), labels("q"))

    assert bound.actions["skip"].codes == "KeyQ"
    assert bound.labels["L0"].codes not in ("", "KeyQ")


@given(
    keys=st.lists(st.sampled_from(FREE_KEYS), unique=True, max_size=12),
    own=st.dictionaries(st.sampled_from(sorted(DEFAULT)), st.sampled_from(sorted(PLACES)), max_size=8),
    of_labels=st.dictionaries(
        st.sampled_from(["L0", "L1", "L2", "L9"]), st.sampled_from(sorted(PLACES)), max_size=3
    ),
)
def test_no_key_ever_does_two_things(keys, own, of_labels):
    """Whatever is chosen and whatever a scheme takes: a press means one thing, and each action has a key."""
    chosen = {action: [code] for action, code in own.items() if list(own.values()).count(code) == 1}
    theirs = {
        name: code
        for name, code in of_labels.items()
        if list(of_labels.values()).count(code) == 1 and [code] not in chosen.values()
    }
    preferences = Preferences(keys=chosen, label_keys={"p": theirs})

    bound = keymap.bindings(preferences, labels(*keys), slug="p")

    everything = {f"label {name}": each for name, each in bound.labels.items()} | bound.actions
    assert first_clash({name: each.codes.split() for name, each in everything.items()}) is None
    assert all(each.codes for each in bound.actions.values())
    assert all(bound.labels[label.name].codes for label in labels(*keys))


def test_what_is_done_all_day_is_given_to_no_label():
    """Undo on another key in each project is pressed wrong in each project."""
    kept = {DEFAULT[action][0].removeprefix("Key").lower() for action in KEPT}

    assert kept == set("acghrstz")
    assert not kept & set(FREE_KEYS)
