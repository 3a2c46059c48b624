"""Writers of one process come in the order in which they asked."""

from threading import Thread

from annotator.store.turns import Turns
from tests.services.waiting import until


def test_who_waits_longest_is_next():
    """A lock that anybody may snatch lets somebody wait for seconds."""
    turns, order = Turns(), []

    def write(number):
        assert turns.take(60)
        order.append(number)
        turns.end()

    assert turns.take(60)
    writers = [Thread(target=write, args=(number,)) for number in range(5)]
    for number, writer in enumerate(writers):
        writer.start()
        until(lambda n=number: len(turns.waiting) == n + 1)
    turns.end()
    for writer in writers:
        writer.join()

    assert order == [0, 1, 2, 3, 4]
    assert turns.take(0)


def test_who_gives_up_holds_up_nobody():
    """A request that waited too long must not be handed a turn that it will never end."""
    turns = Turns()
    assert turns.take(60)

    assert not turns.take(0.01)
    turns.end()

    assert turns.take(0)
