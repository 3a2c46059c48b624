"""What waitress's loop is told of a connection that a thread is writing to."""

import socket
import threading

import pytest
import waitress.server
from waitress import wasyncore

from annotator.serving.channel import Channel


def answer(_environ, start_response):
    """The shortest application."""
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


@pytest.fixture
def channel():
    """A connection that the loop has accepted."""
    listener = socket.create_server(("127.0.0.1", 0))
    channels = {}
    server = waitress.server.create_server(answer, channels, sockets=[listener], threads=1)
    server.channel_class = Channel
    with socket.create_connection(listener.getsockname()):
        while not server.active_channels:
            wasyncore.loop(timeout=1, use_poll=True, map=channels, count=1)
        [accepted] = server.active_channels.values()
        yield accepted
        server.task_dispatcher.shutdown()
        wasyncore.close_all(channels)


def test_output_in_anothers_hands_is_none_of_the_loop(channel):
    """A loop that is told of bytes which it may not send asks again at once, and again."""
    held, done = threading.Event(), threading.Event()

    def send():
        with channel.outbuf_lock:
            held.set()
            done.wait(60)

    channel.outbufs[-1].append(b"ok")
    channel.total_outbufs_len = 2
    assert channel.writable()

    thread = threading.Thread(target=send)
    thread.start()
    held.wait(60)
    assert not channel.writable()

    done.set()
    thread.join()
    assert channel.writable()


def test_a_connection_that_is_to_be_closed_is_told_of(channel):
    """Nothing waits to be sent, and the loop has to close it."""
    assert not channel.writable()
    channel.will_close = True
    assert channel.writable()
