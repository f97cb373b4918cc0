"""Augmentation of whole batches: random numbers are drawn first, then applied to the pictures."""
