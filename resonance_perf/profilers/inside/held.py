"""What holds a Python program up: statements of SQLite, callbacks that keep an event loop, collections of garbage.

Nothing is counted before it is told to begin; but a connection must be known when it is made, so those of SQLite are
from the first one on. A callback of more than 20 ms is looked at every 5 ms, by a thread, to know in which function it
is.
"""

import gc
import os
import re
import sqlite3
import sys
import threading
import time

LONG_S = 0.02
LOOK_S = 0.005
MOST = 200
LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
ROOT = os.getcwd() + os.sep


class Recorder:
    """Counts between start and stop."""

    def __init__(self):
        self.on = False
        self.databases, self.statements, self.examples = {}, {}, {}
        self.held, self.longest, self.now = {}, 0.0, {}
        self.collections, self.collected_s, self.pause_s, self.began = 0, 0.0, 0.0, 0.0
        self.loop = False
        self.connect = sqlite3.connect
        sqlite3.connect = sqlite3.dbapi2.connect = self._connected

    def start(self, _name):
        self.on, self.at = True, time.perf_counter()
        gc.callbacks.append(self._collecting)
        self._follow()
        threading.Thread(target=self._look, daemon=True).start()

    def stop(self):
        self.on = False
        gc.callbacks.remove(self._collecting)
        return {
            "seconds": time.perf_counter() - self.at,
            "databases": sorted(self.databases),
            "statements": [[text, *self.examples[text], count] for text, count in self.statements.items()],
            "loop": self.loop,
            "held": [[*place, *spent] for place, spent in self.held.items()],
            "longest_s": self.longest,
            "collections": self.collections,
            "collected_s": self.collected_s,
            "pause_s": self.pause_s,
        }

    def _connected(self, database, *args, **more):
        db = self.connect(database, *args, **more)
        self.databases[os.fsdecode(database)] = True
        db.set_trace_callback(self._statement)
        return db

    def _statement(self, text):
        if not self.on:
            return
        shape = LITERAL.sub("?", text)
        if shape in self.statements:
            self.statements[shape] += 1
        elif len(self.statements) < MOST:
            self.statements[shape] = 1
            self.examples[shape] = (text, *_place(sys._getframe(1)))

    def _collecting(self, phase, _info):
        """Time on the processor: what others took it away for is not the garbage's."""
        if phase == "start":
            self.began = time.thread_time()
            return
        took = time.thread_time() - self.began
        self.collections += 1
        self.collected_s += took
        self.pause_s = max(self.pause_s, took)

    def _timed(self, run):
        def timed(handle):
            thread = threading.get_ident()
            self.now[thread] = looked = Long(handle, time.perf_counter())
            try:
                return run(handle)
            finally:
                self.now.pop(thread, None)
                took = time.perf_counter() - looked.began
                if self.on and took >= LONG_S:
                    self._add(looked, took)

        return timed

    def _add(self, looked, took):
        self.longest = max(self.longest, took)
        places = looked.places or [looked.name()]
        for place in places:
            spent = self.held.setdefault(place, [0.0, 0.0])
            spent[0] += took / len(places)
            spent[1] += took * looked.asleep() / len(places)

    def _follow(self):
        """See every callback, once the program has a loop."""
        handle = getattr(sys.modules.get("asyncio.events"), "Handle", None)
        if handle is not None:
            self.loop = True
            handle._run = self._timed(handle._run)

    def _look(self):
        while self.on:
            time.sleep(LOOK_S)
            if not self.loop:
                self._follow()
            for thread, looked in list(self.now.items()):
                frame = sys._current_frames().get(thread)
                if frame is not None and time.perf_counter() - looked.began >= LONG_S:
                    looked.look(_place(frame))


class Long:
    """A callback that runs, and where it was seen."""

    def __init__(self, handle, began):
        self.handle, self.began, self.places, self.first = handle, began, [], None
        self.busy = "/proc/self/task/%d/schedstat" % threading.get_native_id()

    def look(self, place):
        self.places.append(place)
        if self.first is None:
            self.first = time.perf_counter(), self._busy_s()

    def asleep(self):
        """The share of the time since the first look in which the thread neither ran nor wanted to."""
        if self.first is None:
            return 0.0
        wall = time.perf_counter() - self.first[0]
        return max(0.0, 1 - (self._busy_s() - self.first[1]) / wall)

    def name(self):
        """What it is called, where nobody looked."""
        callback = self.handle._callback
        return str(getattr(callback, "__qualname__", callback)), "", 0

    def _busy_s(self):
        """How long the thread ran, or waited for a core."""
        try:
            with open(self.busy) as file:
                ran, queued, _ = file.read().split()
            return (int(ran) + int(queued)) / 1e9
        except OSError:
            return time.perf_counter()  # no system that tells: it was not asleep


def _place(frame):
    """(function, file, line) of the innermost frame that is the project's, else of the innermost."""
    first = frame
    while frame is not None and not frame.f_code.co_filename.startswith(ROOT):
        frame = frame.f_back
    frame = frame or first
    code = frame.f_code
    return getattr(code, "co_qualname", code.co_name), code.co_filename.replace(ROOT, "", 1), frame.f_lineno
