"""The words everybody uses: frozen values without I/O. Imports the standard library only."""
