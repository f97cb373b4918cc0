"""The explorers of the page `convolution`."""
