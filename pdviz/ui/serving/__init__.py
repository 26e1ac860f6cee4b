"""What the server gives besides pages: plotly.js, figures as files, and reports."""
