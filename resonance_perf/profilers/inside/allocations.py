"""Records every allocation with memray; `allocated.py` reads that afterwards."""

import memray


class Recorder:
    """One file for each process."""

    def start(self, name):
        self.tracker = memray.Tracker(name + ".memray")
        self.tracker.__enter__()

    def stop(self):
        self.tracker.__exit__(None, None, None)
