"""Figures: Plotly figures of numbers, by pure functions with no maths beyond the layout."""
