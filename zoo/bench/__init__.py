"""Benchmarks: training, inference and pages, beside what the machine could do."""
