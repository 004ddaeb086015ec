"""`python -m resonance_perf`."""

import sys

from resonance_perf.cli import main

sys.exit(main())
