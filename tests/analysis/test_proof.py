"""The proof of a row of a table: it speaks for the column that needs it most."""

import math

from pdviz.analysis.proof import proof, row_proof


def test_a_row_speaks_for_the_column_where_the_ways_differ_most() -> None:
    near = proof("size", ("a", 1.0), ("b", 1.1), tolerance=1.0)
    nearer = proof("size", ("a", 100.0), ("b", 102.0), tolerance=50.0, note="Of two.")
    row = row_proof("size", {"this": nearer, "that": near})
    assert row is not None
    assert (row.quantity, row.methods, row.agreement) == ("size", near.methods, near.agreement)
    assert row.parts == (("this", nearer), ("that", near))
    assert row.note == "Compared in every column; the difference is that of that."
    assert row.ok


def test_a_row_of_columns_that_are_all_the_same_speaks_for_the_first() -> None:
    columns = {name: proof("n", ("a", n), ("b", n)) for name, n in (("x", 3), ("y", 4))}
    row = row_proof("n", columns)
    assert row is not None
    assert [method.value for method in row.methods] == [3, 3]
    assert row.note == "Compared in every column."


def test_one_column_that_disagrees_is_the_one_that_is_shown() -> None:
    for wrong in (5.0, math.nan, math.inf):
        fine = proof("n", ("a", 1.0), ("b", 1.9), tolerance=1.0)
        columns = {
            "x": fine,
            "y": proof("n", ("a", 4.0), ("b", wrong), tolerance=0.9),
            "z": fine,
        }
        row = row_proof("n", columns)
        assert row is not None
        assert not row.ok
        assert row.methods == columns["y"].methods


def test_columns_without_a_proof_are_named_with_the_reason() -> None:
    columns = {"x": "it is too wide", "y": proof("n", ("a", 1), ("b", 1)), "z": "it is too wide"}
    row = row_proof("n", columns)
    assert row is not None
    assert [name for name, _ in row.parts] == ["y"]
    assert row.note == ("Compared in 1 of 3 columns. Not of x, z: it is too wide.")
    assert row_proof("n", {"x": "it is too wide"}) is None
