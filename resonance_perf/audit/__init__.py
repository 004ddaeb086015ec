"""Why is it slow? A checklist whose every item is a measurement: values → findings. Pure."""
