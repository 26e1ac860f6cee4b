"""What goes out of pdviz: files that other programs read."""
