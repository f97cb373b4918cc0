"""Runs: jobs, their checkpoints, distillation, and what is recorded of them."""
