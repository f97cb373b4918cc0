"""Pictures drawn by code: digits of strokes, garments of painted shapes."""
