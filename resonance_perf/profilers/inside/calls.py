"""Counts calls with cProfile, on every thread: each function below the one that called it."""

import cProfile
import sys
import threading


class Recorder:
    """One profile for each thread; from 3.12 on, one sees them all."""

    def start(self, _name):
        self.profiles = []
        threading.setprofile(self._enter)
        self._begin()

    def stop(self):
        threading.setprofile(None)
        self.profiles[0].disable()
        entries = [one for profile in self.profiles for one in profile.getstats()]
        called, stacks, frames = {}, {}, {}
        for one in entries:
            for below in one.calls or ():
                key = (self._place(frames, one.code), self._place(frames, below.code))
                known = stacks.get(key, (0, 0.0))
                stacks[key] = (known[0] + below.callcount, known[1] + below.inlinetime)
                called[key[1]] = called.get(key[1], 0) + below.callcount
        own = {}
        for one in entries:
            place = self._place(frames, one.code)
            known = own.get(place, (0, 0.0))
            own[place] = (known[0] + one.callcount, known[1] + one.inlinetime)
        spent = {}
        for (_, place), (_, seconds) in stacks.items():
            spent[place] = spent.get(place, 0.0) + seconds
        for place, (count, seconds) in own.items():
            first = count - called.get(place, 0)
            if first > 0:
                stacks[(place,)] = (first, max(0.0, seconds - spent.get(place, 0.0)))
        return {
            "types": [["calls", "count"], ["time", "nanoseconds"]],
            "frames": list(frames),
            "stacks": [[list(key), [count, round(seconds * 1e9)]] for key, (count, seconds) in stacks.items()],
        }

    def _begin(self):
        profile = cProfile.Profile()
        self.profiles.append(profile)
        profile.enable()

    def _enter(self, _frame, _event, _argument):
        """The first thing that happens on a new thread."""
        sys.setprofile(None)
        try:
            self._begin()
        except ValueError:  # one is active, for all threads
            self.profiles.pop()

    def _place(self, frames, code):
        if isinstance(code, str):
            return frames.setdefault((code, "", 0, 0), len(frames))
        name = getattr(code, "co_qualname", code.co_name)
        return frames.setdefault((name, code.co_filename, 0, code.co_firstlineno), len(frames))
