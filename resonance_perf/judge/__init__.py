"""What do the budgets say, may one tighten: values -> values."""
