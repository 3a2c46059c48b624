"""What coefficients of agreement must do, whatever their figures are."""

import numpy as np
import pytest

from annotator.quality import agreement, distances
from tests.annotator.quality.counting import sums


def test_opposed_labels_weigh_more_than_a_miss():
    """Annotators who read favor as against did not read the text; one who saw no stance was careful."""
    far = distances.polarity(["FAVOR", "AGAINST", "NONE"], ["favor", "against", "none"])
    opposed, missed = (
        np.array([row, *[[2, 0, 0], [0, 2, 0], [0, 0, 2]] * 3]) for row in ([1, 1, 0], [1, 0, 1])
    )
    nominal = [agreement.alpha(sums(c).coincidences, distances.nominal(3)) for c in (opposed, missed)]
    polarity = [agreement.alpha(sums(c).coincidences, far) for c in (opposed, missed)]

    assert nominal[0] == pytest.approx(nominal[1])
    assert polarity[0] < polarity[1]


def test_a_project_may_set_its_distances():
    """A scheme in which mixed lies near against is measured by its own rule, in both directions."""
    far = distances.polarity(["PRO", "CON", "MIXED"], ["favor", "against", "mixed"], {("MIXED", "CON"): 0.1})

    assert far[2, 1] == far[1, 2] == 0.1
    assert far[0, 1] == 1


def test_all_the_same_is_no_agreement_to_measure():
    """A set in which everything is NONE tells nothing; a division by nought must not become a figure."""
    found = sums(np.array([[3, 0], [2, 0]]))

    assert np.isnan(agreement.alpha(found.coincidences, distances.nominal(2)))
    assert agreement.percent(found) == 1
