"""Pictures: a drawing or a photo becomes the 28 x 28 pixels that the data set would have stored."""
