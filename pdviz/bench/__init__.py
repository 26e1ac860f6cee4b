"""What the layer costs beside every other way to run it: `python -m pdviz.bench`."""
