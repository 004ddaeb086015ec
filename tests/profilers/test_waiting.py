from __future__ import annotations

import pytest

from resonance_perf.model.profile import Frame
from resonance_perf.profilers.waiting import waits_for_work


def frames(path: str) -> tuple[Frame, ...]:
    return tuple(Frame(function, file) for function, _, file in (one.partition("@") for one in path.split(";")))


@pytest.mark.parametrize(
    ("path", "waits"),
    [
        ("<module>@app.py;BaseServer.serve_forever@socketserver.py;_PollLikeSelector.select@/lib/selectors.py", True),
        ("run_forever@base_events.py;_run_once@base_events.py;EpollSelector.select@/lib/selectors.py", True),
        ("request@http/client.py;wait_for_read@util.py;select@/lib/selectors.py", False),
        ("Thread.run@threading.py;_worker@/lib/concurrent/futures/thread.py", True),
        ("handle_one_request@http/server.py;SocketIO.readinto@/lib/socket.py", True),
        ("HTTPConnection.getresponse@client.py;begin@client.py;SocketIO.readinto@/lib/socket.py", False),
        ("do_GET@app.py;pool_get@pool.py;Condition.wait@/lib/threading.py", False),
        ("handle@app.py;fetch@app.py", False),
    ],
)
def test_only_a_thread_without_work_waits_for_it(path: str, waits: bool) -> None:
    assert waits_for_work(frames(path)) is waits
