"""Sees what holds the event loop of asyncio for longer than 20 ms; a thread looks every other millisecond."""

import asyncio
import sys
import threading
import time

LATE_S = 0.02
LOOK_S = 0.002


class Recorder:
    """Loops whose handles are of asyncio: that of uvloop runs its own."""

    def start(self, _name):
        self.running = {}
        self.seen = {}
        self.ended = threading.Event()
        self.run = asyncio.Handle._run
        running, run = self.running, self.run

        def timed(handle):
            here = threading.get_ident()
            running[here] = time.perf_counter()
            try:
                return run(handle)
            finally:
                running.pop(here, None)

        asyncio.Handle._run = timed
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def stop(self):
        asyncio.Handle._run = self.run
        self.ended.set()
        self.thread.join()
        frames, stacks = {}, []
        for path, seconds in self.seen.items():
            places = [frames.setdefault(one, len(frames)) for one in path if one[1] != __file__]
            stacks.append([places, [round(seconds * 1e9)]])
        return {"types": [["lag", "nanoseconds"]], "frames": list(frames), "stacks": stacks}

    def _look(self):
        last = time.perf_counter()
        while not self.ended.wait(LOOK_S):
            now = time.perf_counter()
            for thread, since in list(self.running.items()):
                if now - since > LATE_S:
                    path = self._stack(sys._current_frames().get(thread))
                    held = min(now - last, now - since - LATE_S)
                    self.seen[path] = self.seen.get(path, 0.0) + held
            last = now

    def _stack(self, frame):
        path = []
        while frame is not None:
            code = frame.f_code
            name = getattr(code, "co_qualname", code.co_name)
            path.append((name, code.co_filename, frame.f_lineno, code.co_firstlineno))
            frame = frame.f_back
        return tuple(reversed(path))
