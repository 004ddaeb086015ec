"""Records with pyinstrument where one thread spends its time: the main one."""

import pyinstrument


class Recorder:
    """The thread that the program begins on."""

    def start(self, _name):
        self.profiler = pyinstrument.Profiler(interval=0.001, async_mode="disabled")
        self.profiler.start()

    def stop(self):
        self.profiler.stop()
        frames, stacks = {}, []
        for identifiers, seconds in self.profiler.last_session.frame_records:
            path = [self._place(frames, one) for one in identifiers if "<thread>" not in one]
            stacks.append([path, [round(seconds * 1e9)]])
        return {"types": [["wall", "nanoseconds"]], "frames": list(frames), "stacks": stacks}

    def _place(self, frames, identifier):
        """`function NUL file NUL first line`, and what begins with SOH: of that, `l` is the line that ran."""
        named, *more = identifier.split("\x01")
        function, file, start = named.split("\x00")
        line = next((int(one[1:]) for one in more if one.startswith("l")), 0)
        return frames.setdefault((function, "" if file == "<built-in>" else file, line, int(start)), len(frames))
