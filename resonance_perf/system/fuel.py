"""Run one function of a WebAssembly module and print the fuel that it burned. A process of its own, without WASI."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wasmtime import Store

MOST = 1 << 62


def main(module: str, function: str, *arguments: str) -> int:
    """Print the fuel; 1 and a sentence on stderr when it cannot be counted."""
    try:
        print(burned(module, function, tuple(map(int, arguments))))
    except ImportError:
        return _fail("wasmtime is not installed")
    except Exception as error:  # noqa: BLE001  # whatever the module does wrong is a sentence for the one who runs it
        return _fail(str(error))
    return 0


def burned(module: str, function: str, arguments: tuple[int, ...]) -> int:
    """The fuel that `function(*arguments)` burns.

    Raises:
        ImportError: without wasmtime.
        Exception: of wasmtime's, when the module cannot be loaded, wants imports, or traps.
    """
    import wasmtime

    settings = wasmtime.Config()
    settings.consume_fuel = True
    store: Store = wasmtime.Store(wasmtime.Engine(settings))
    store.set_fuel(MOST)
    instance = wasmtime.Instance(store, wasmtime.Module.from_file(store.engine, module), [])
    called = instance.exports(store).get(function)
    if not isinstance(called, wasmtime.Func):
        raise TypeError(f"{module} exports no function {function}")
    before = store.get_fuel()
    called(store, *arguments)
    return before - store.get_fuel()


def _fail(why: str) -> int:
    print(why, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
