"""The only code that touches processes, files, git, the watcher, the scheduler, the network, the clock."""
