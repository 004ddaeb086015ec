"""Samples where the main thread computes: the system's timer of CPU time interrupts it, and each sample weighs what was
used since the last one.

What neighbours do to the machine changes nothing of that. A thread that looked would see the others only where they
give the interpreter away, which is not where they compute.
"""

import signal
import time

LOOK_S = 0.001
"""The system rounds it up to a tick, such as 4 ms."""


class Recorder:
    """The thread that Python handles signals on."""

    def start(self, _name):
        self.seen = {}
        self.before = signal.signal(signal.SIGPROF, self._look)
        self.last = time.thread_time()
        signal.setitimer(signal.ITIMER_PROF, LOOK_S, LOOK_S)

    def stop(self):
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, self.before)
        frames, stacks = {}, []
        for path, seconds in self.seen.items():
            places = [frames.setdefault(one, len(frames)) for one in path]
            stacks.append([places, [round(seconds * 1e9)]])
        return {"types": [["cpu", "nanoseconds"]], "frames": list(frames), "stacks": stacks}

    def _look(self, _number, frame):
        spent = time.thread_time()
        path = self._stack(frame)
        self.seen[path] = self.seen.get(path, 0.0) + spent - self.last
        self.last = time.thread_time()

    def _stack(self, frame):
        path = []
        while frame is not None:
            code = frame.f_code
            name = getattr(code, "co_qualname", code.co_name)
            path.append((name, code.co_filename, frame.f_lineno, code.co_firstlineno))
            frame = frame.f_back
        return tuple(reversed(path))
