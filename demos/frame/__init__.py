"""What all pages share: layout, controls, figures, language, server, limits."""
