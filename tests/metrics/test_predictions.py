"""Reading a table of predictions: labels, scores, names of rows, and what is wrong with it."""

import numpy as np
import pytest

from mlvc.errors import MlvcError
from mlvc.metrics import Columns, read

CSV = b"id,late,predicted,probability\na,1,0,0.25\nb,0,0,0.1\nc,1,1,0.9\n"
ALL = Columns("late", "predicted", "probability", "id")


def test_a_table_is_read_by_its_columns() -> None:
    found = read(CSV, ALL)
    assert found.ids == ("a", "b", "c")
    assert found.truth.tolist() == [1, 0, 1]
    assert found.predicted is not None
    assert found.score is not None
    assert (found.predicted.tolist(), found.score.tolist()) == ([0, 0, 1], [0.25, 0.1, 0.9])
    assert (found.positive, len(found)) == (1, 3)


def test_labels_may_be_texts_and_rows_without_a_name() -> None:
    found = read(b"truth,said\nham,spam\nspam,spam\n", Columns("truth", "said"))
    assert found.ids == ("0", "1")
    assert found.truth.tolist() == ["ham", "spam"]
    assert found.positive == "spam"
    assert found.score is None


def test_a_number_is_one_label_however_it_is_written() -> None:
    found = read(b"truth,said\n1,1.0\n0,0.0\n", Columns("truth", "said"))
    assert found.predicted is not None
    assert np.array_equal(found.truth, found.predicted)


def test_which_class_is_positive_can_be_said() -> None:
    assert read(b"t\n1\n0\n", Columns("t", positive="0")).positive == 0
    assert read(b"t\nno\nyes\n", Columns("t", positive="no")).positive == "no"


def test_a_byte_order_mark_and_quotes_are_no_part_of_it() -> None:
    found = read(b'\xef\xbb\xbftruth,said\n"a, b","a, b"\n', Columns("truth", "said"))
    assert found.truth.tolist() == ["a, b"]


def test_of_more_than_two_classes_none_is_positive_by_itself() -> None:
    assert read(b"t\na\nb\nc\n", Columns("t")).positive is None
    assert read(b"t\na\nb\nc\n", Columns("t", positive="b")).positive == "b"


def test_groups_and_durations_stay_with_their_rows() -> None:
    found = read(b"t,q,ms\n1,x,2.5\n\n0,y,3\n", Columns("t", group="q", latency="ms")).taken([1])
    assert found.group is not None and found.latency is not None
    assert (found.group.tolist(), found.latency.tolist()) == (["y"], [3])


def test_rows_are_told_apart_by_other_columns() -> None:
    data = b"t,p,where\n1,1,EU\n0,1,US\n1,0,EU\n"
    found = read(data, Columns("t", "p", slices=("where",)))
    part = found.where("where", "EU")
    assert part.ids == ("0", "2")
    assert part.truth.tolist() == [1, 1]
    assert part.positive == 1
    with pytest.raises(MlvcError, match="no row has 'UK' in column 'where'"):
        found.where("where", "UK")
    with pytest.raises(MlvcError, match="no column 'elsewhere'"):
        read(data, Columns("t", slices=("elsewhere",)))


@pytest.mark.parametrize(
    ("data", "columns", "says"),
    [
        (b"", ALL, "has no rows"),
        (b"late,predicted\n", Columns("late"), "has no rows"),
        (CSV, Columns("truth"), "no column 'truth', only id, late, predicted, probability"),
        (b"late,x\n1\n", Columns("late"), "row 2 of p.csv has not as many fields"),
        (b"late,p\n1,often\n", Columns("late", score="p"), "'p' of p.csv is not of numbers"),
        (b"late,p\n1,0.5\n1,nan\n", Columns("late", score="p"), "no number in row 3"),
        (b"\xff\xfe", ALL, "is not CSV"),
        (CSV, Columns(""), "no column of what is true"),
        (b"late\n1\ninf\n", Columns("late"), "'late' of p.csv has no number in row 3"),
        (b"late\n1\n0\n", Columns("late", positive="yes"), "'yes' is no number"),
        (b"p,late,p\n1,1,1\n", Columns("late", "p"), "p.csv has 2 columns 'p'"),
    ],
)
def test_what_is_wrong_is_named(data: bytes, columns: Columns, says: str) -> None:
    with pytest.raises(MlvcError, match=says):
        read(data, columns, "p.csv")
