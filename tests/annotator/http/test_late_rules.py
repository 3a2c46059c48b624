"""Addresses are built by code that is made late: the same addresses, of every route."""

from uuid import UUID

from werkzeug.routing import Map, Rule

from annotator.http.late_rules import LateRule

FITTING = {"IntegerConverter": 7, "UUIDConverter": UUID("4b0a4a52-6b7e-4f0c-9d7e-3e8a2f1b6c5d")}


def test_every_address_is_what_it_was(app):
    """A link to another page than the one it names would be found by nobody who reads the code."""
    late = app.url_map
    early = Map([_copied(rule) for rule in late.iter_rules()])
    for rule in late.iter_rules():
        for _ in range(2):  # the first makes the code, the second calls it
            values = {"rule": "r", "unknown": "u v"}
            assert _built(late, rule, values) == _built(early, rule, values)


def test_nothing_is_made_before_the_first_address():
    """Half a millisecond a route, at each start."""
    rule = LateRule("/items/<name>", endpoint="items")
    Map([rule])
    before = rule._build
    rule.build({"name": "a"}, append_unknown=False)

    assert before.__name__ == "build"
    assert rule._build is not before


def _copied(rule):
    return Rule(rule.rule, endpoint=rule.endpoint, methods=rule.methods, defaults=rule.defaults)


def _built(rules, rule, values):
    values |= {name: _fitting(each) for name, each in rule._converters.items()}
    return rules.bind("example.org").build(rule.endpoint, values, method=min(rule.methods))


def _fitting(converter):
    return FITTING.get(type(converter).__name__, "a b")
