"""What pages ask `analysis` for: cached, bounded, and PyTorch only where values are needed.

Every query is a pure function of small arguments and returns what nobody can change, so that all
sessions share it.
"""
