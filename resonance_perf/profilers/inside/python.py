"""Runs a Python program while a recorder looks on: `python.py RECORDER OUT serves|runs PROGRAM…`.

A program is recorded from its first line to its end. A server says in `OUT/ID.listens` which signal it awaits, begins
at the first and writes at the second. Written for every Python 3 that is in use.
"""

import atexit
import importlib.util
import json
import os
import runpy
import signal
import sys
import time
import types

SIGNAL = getattr(signal, "SIGRTMIN", signal.SIGPROF) + (7 if hasattr(signal, "SIGRTMIN") else 0)


class Session:
    """What one process records."""

    def __init__(self, recorder, out, spent):
        self.recorder, self.out, self.spent = recorder, out, spent
        self.running = False

    def listen(self):
        """Begin and end when told; a child that is forked does so for itself."""
        self.running = False
        with open(self._name("listens"), "w") as file:
            file.write("%d %d" % (os.getpid(), SIGNAL))

    def told(self, _number, _frame):
        """The signal."""
        if self.running:
            self.end()
            open(self._name("written"), "w").close()
        else:
            self.begin()

    def begin(self):
        """Start to look."""
        self.recorder.start(os.path.join(self.out, str(os.getpid())))
        self.running = True

    def forked(self):
        """Look at a child, too, from its first line on; not with what can look once only."""
        self.running = False
        try:
            self.begin()
        except Exception as error:  # noqa: BLE001  # a child that is not looked at goes on all the same
            print("not profiled in a child:", error, file=sys.stderr)

    def end(self):
        """Write what was seen."""
        if not self.running:
            return
        self.running = False
        ended = time.perf_counter()
        found = self.recorder.stop()
        if found is not None:
            with open(self._name("part"), "w") as file:
                json.dump(found, file)
            os.rename(self._name("part"), self._name("json"))
        with open(self._name("spent"), "w") as file:
            file.write("%.6f" % (self.spent + time.perf_counter() - ended))

    def _name(self, ending):
        return os.path.join(self.out, "%d.%s" % (os.getpid(), ending))


def load(path):
    """The recorder in a file; what it needs may lie with us, where this interpreter is of our version."""
    more = os.environ.pop("RESONANCE_PERF_PACKAGES", "")
    if more:
        sys.path.append(more)
    try:
        spec = importlib.util.spec_from_file_location("_resonance_perf_recorder", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        if more:
            sys.path.remove(more)
    return module.Recorder()


def run(program):
    """Run what stands in a command after the interpreter."""
    if program[0] in ("-m", "-c"):
        sys.path[0] = os.getcwd() if program[0] == "-m" else ""
        sys.argv = program[1:]
        if program[0] == "-m":
            runpy.run_module(program[1], run_name="__main__", alter_sys=True)
            return
        sys.argv[0] = "-c"
        name, source = "<string>", program[1]
    else:
        name = program[0]
        sys.path[0] = os.path.dirname(os.path.abspath(name))
        sys.argv = program
        if os.path.isdir(name) or name.endswith((".pyz", ".zip")):
            runpy.run_path(name, run_name="__main__")
            return
        with open(name, "rb") as file:
            source = file.read()
    main = types.ModuleType("__main__")
    main.__file__ = name
    main.__builtins__ = __builtins__
    sys.modules["__main__"] = main
    exec(compile(source, name, "exec"), main.__dict__)


def end_first(session):
    """Write also where a process leaves in haste, as the children of multiprocessing do."""
    leave = os._exit

    def left(code):
        session.end()
        leave(code)

    os._exit = left


def start(recorder, out, how, *program):
    """Record the program."""
    began = time.perf_counter()
    session = Session(load(recorder), out, time.perf_counter() - began)
    end_first(session)
    if how == "serves":
        signal.signal(SIGNAL, session.told)
        session.listen()
        atexit.register(session.end)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=session.listen)
        run(list(program))
        return
    session.begin()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=session.forked)
    try:
        run(list(program))
    finally:
        session.end()


start(*sys.argv[1:])
