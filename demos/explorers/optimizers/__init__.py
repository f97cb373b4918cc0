"""The explorers of the page `optimizers`."""
