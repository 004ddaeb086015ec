"""File events from watchdog's observers, which say so when they lost something."""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import Protocol

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver, EventEmitter, EventQueue, ObservedWatch

from resonance_perf.plan.places import Places
from resonance_perf.system.inotify import Inotify

MANY = 4096
"""Events without a pause after which a queue somewhere may have run over. Linux: its queue holds 16,384."""
PAUSE_S = 0.5


class News(Protocol):
    """Who wants to hear. Called from watchdog's threads."""

    def saw(self, path: str) -> None:
        """`path` (absolute) was changed, made, moved or removed."""

    def lost(self, why: str) -> None:
        """More may have happened than was seen, this once."""

    def blind(self, why: str) -> None:
        """From now on not everything is seen; an empty `why`: it is again."""


class LostEvent(FileSystemEvent):
    """More may have happened than events tell of; `src_path` says why."""


class BlindEvent(FileSystemEvent):
    """From now on events do not tell everything; `src_path` says why (empty: they do again)."""


WANTED: list[type[FileSystemEvent]] = [
    FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent,
    DirCreatedEvent, DirMovedEvent, DirDeletedEvent, LostEvent, BlindEvent,
]  # fmt: skip
"""Without the events of opening and reading: git reads the whole tree, and so do we."""


def observe(places: Places, news: News) -> BaseObserver:
    """Begin to watch; what changes after this returned is seen. Stop with `stop()` and `join()`.

    Raises:
        OSError: when the system does not allow it.
    """
    if sys.platform == "linux":
        # watchdog's own emitter for inotify stays away: 6.0 swallows the kernel's overflow event, 7.1 goes on with
        # part of the tree when watches run out, and neither can leave an ignored folder alone.
        emitter = partial(FolderEmitter, places=places)
        observer = BaseObserver(emitter)  # type: ignore[arg-type]  # it only calls it, as it would a class
        observer.schedule(_Handler(news), places.root, recursive=True, event_filter=WANTED)
    else:
        from watchdog.observers import Observer

        observer = Observer()
        handler = _CountingHandler(news)
        for folder in _tops((places.root, places.common_dir, places.git_dir)):
            observer.schedule(handler, folder, recursive=True, event_filter=WANTED)
    observer.start()
    return observer


def _tops(folders: tuple[str, ...]) -> list[str]:
    """Those folders that do not lie in another of them."""
    chosen = dict.fromkeys(folders)
    return [one for one in chosen if not any(one.startswith(other + "/") for other in chosen)]


class FolderEmitter(EventEmitter):
    """Linux: every change as FileModifiedEvent, each path once per look; folders that are ignored are not entered."""

    def __init__(
        self,
        event_queue: EventQueue,
        watch: ObservedWatch,
        *,
        timeout: float = 1.0,
        event_filter: list[type[FileSystemEvent]] | None = None,
        places: Places,
    ) -> None:
        super().__init__(event_queue, watch, timeout=timeout, event_filter=event_filter)
        self._places = places
        self._inotify: Inotify | None = None
        self._full = False

    def on_thread_start(self) -> None:
        """Set the watches, before the thread runs. The git folders first: where watches run out, they count most."""
        places = self._places
        roots = tuple(dict.fromkeys((places.common_dir, places.git_dir, places.root)))
        self._inotify = Inotify(roots, places.wanted)
        self._tell_limit(self._inotify)

    def on_thread_stop(self) -> None:
        """End the waiting."""
        inotify = self._inotify
        if inotify:
            inotify.wake()

    def run(self) -> None:
        """Report until stopped."""
        inotify = self._inotify
        assert inotify is not None
        try:
            while (said := inotify.read()) is not None:
                paths, lost = said
                for path in paths:
                    self.queue_event(FileModifiedEvent(path))
                self._tell_limit(inotify)
                if lost:
                    self.queue_event(LostEvent(lost))
        except OSError as error:
            self.queue_event(BlindEvent(f"file events ended ({error}); restart the daemon"))
        finally:
            self._inotify = None
            inotify.close()

    def _tell_limit(self, inotify: Inotify) -> None:
        if inotify.full == self._full:
            return
        self._full = inotify.full
        why = "part of the tree is not watched: raise fs.inotify.max_user_watches, or use watch.ignore"
        self.queue_event(BlindEvent(why if self._full else ""))


class _Handler(FileSystemEventHandler):
    def __init__(self, news: News) -> None:
        self._news = news

    def dispatch(self, event: FileSystemEvent) -> None:
        text = str(event.src_path)
        if isinstance(event, LostEvent):
            self._news.lost(text)
        elif isinstance(event, BlindEvent):
            self._news.blind(text)
        else:
            for path in (text, str(event.dest_path)):
                if path:
                    self._news.saw(path)


class _CountingHandler(_Handler):
    """Other systems drop events without a word when we are slow or were stopped; what that leaves is a burst."""

    _count = 0
    _last = 0.0

    def dispatch(self, event: FileSystemEvent) -> None:
        now = time.monotonic()
        self._count = self._count + 1 if now - self._last < PAUSE_S else 1
        self._last = now
        if self._count > MANY:
            self._count = 0
            self._news.lost(f"more than {MANY} file events in one go")
        super().dispatch(event)
