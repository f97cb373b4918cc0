"""Parts of pages with a side in the browser, a folder each with its HTML, CSS and JavaScript."""
