"""Measurements of speed and memory, each a ratio taken in one run: training, inference, pictures, pages."""
