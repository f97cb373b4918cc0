"""The networks of zoo.models computed in the way that a CPU is fast at."""
