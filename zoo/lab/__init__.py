"""What the explorers compute, as plain functions on arrays: one module a subject, no user interface."""
