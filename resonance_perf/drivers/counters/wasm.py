"""wasmtime: the fuel that a function of a WebAssembly module burns, about one unit for each instruction."""

from __future__ import annotations

from collections.abc import Mapping

from resonance_perf.model.benchmark import Argv, CountSettings
from resonance_perf.model.outcome import ToolOutcome
from resonance_perf.model.run import Measure


class Fuel:
    """Fuel, as this version of wasmtime weighs instructions."""

    name = "wasmtime"
    measures: Mapping[str, Measure] = {"fuel": Measure("", exact=True, margin=0.001)}
    hint = "Install wasmtime beside resonance-perf: pip install 'resonance-perf[wasm]'"

    def tool(self, settings: CountSettings, benchmark: str) -> tuple[Argv, Argv]:  # noqa: ARG002  # any module can be counted
        """See `Counter`."""
        burn = ("{python}", "-I", "-m", "resonance_perf.system.fuel")
        return (*burn, settings.module, settings.invoke, *map(str, settings.arguments)), ()

    def read(self, outcome: ToolOutcome) -> Mapping[str, float]:
        """See `Counter`."""
        return {"fuel": float(outcome.process.stdout)}
