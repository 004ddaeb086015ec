"""The terminal and the log: one line per thing that happened."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler

from resonance_perf.model.text import printable


def open_log(folder: str) -> logging.Logger:
    """The daemon's log: `daemon.log` in `folder`, rotated at 1 MB, five old ones kept."""
    os.makedirs(folder, exist_ok=True)
    logger = logging.getLogger("resonance_perf.daemon")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    handler = RotatingFileHandler(
        os.path.join(folder, "daemon.log"), maxBytes=1_000_000, backupCount=5, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    return logger


def tell(line: str, log: logging.Logger) -> None:
    """Print a line where the daemon was started, and log it. A terminal that is gone is no reason to stop."""
    line = printable(line).replace("\n", " / ")
    log.info(line)
    try:
        print(line, flush=True)
    except (BrokenPipeError, ValueError, OSError):
        log.debug("nobody reads our output")
