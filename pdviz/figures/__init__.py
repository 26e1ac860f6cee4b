"""Numbers to Plotly figures: pure functions, no maths beyond placing what is drawn."""
