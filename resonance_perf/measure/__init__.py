"""The runner: both sides, interleaved, through Protocols."""
