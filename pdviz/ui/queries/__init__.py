"""Queries: what pages compute with `analysis`, cached, bounded, and with PyTorch only where needed.

Each subject has an `XQuery`, small and hashable, made by `XQuery.from_state`, and functions of it:
`values` computes the numbers, `proofs` proves them, `figure` draws them. All are pure and return
what must not be changed, since all sessions share it. The words of a page are in `reports`.
"""
