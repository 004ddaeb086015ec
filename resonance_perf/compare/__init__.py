"""How much did it change, and how sure: values -> values."""
