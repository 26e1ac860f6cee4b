"""The pages, one file each, and what they share.

`router.py` is the script that every session runs; `frame.py` is what stands around a page;
`widgets.py` and `typed_weights.py` are the controls.
"""
