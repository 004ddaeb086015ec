"""When did it change: the values of one metric over its commits -> change points."""
