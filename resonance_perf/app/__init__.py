"""The composition root: real git, real files, real processes behind what the pipeline asks for."""
