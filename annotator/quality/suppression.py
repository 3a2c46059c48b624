"""Which counts of people may be told, so that no small one can be worked out from the others.

A table of one question comes with its total: how many people there are is no secret. To hide the small
counts alone would not do, for a single hidden one is the total less the others; and of two hidden ones that
add up to 1, each is 0 or 1. So more is hidden, the smallest counts first and equal ones together, until

- the hidden counts are not all the same, and
- together they are as many as may be told.

Then nobody can tell which hidden count is which, also not who knows this rule: whatever stands hidden could
stand there in another order, and the same would be told. Nought is hidden as well: that nobody over 50
annotated says something of each annotator.

Source: Hundepool et al. (2012), Statistical Disclosure Control, https://doi.org/10.1002/9781118348239, on
secondary suppression.
"""

from collections.abc import Sequence


def shown(counts: Sequence[int], least: int) -> list[int | None]:
    """The counts of one table, None where they are hidden; counts under `least` always are.

    >>> shown([12, 9, 6], 5), shown([12, 9, 1], 5), shown([20, 12, 2, 4], 5), shown([3, 3], 5)
    ([12, 9, 6], [12, None, None], [20, 12, None, None], [None, None])
    """
    hidden = [count for count in counts if count < least]
    limit = least - 1  # counts up to this are hidden
    for count in sorted(set(counts)):
        if count < least:
            continue
        if not hidden or (len(set(hidden)) > 1 and sum(hidden) >= least):
            break
        hidden += [count] * counts.count(count)
        limit = count
    return [None if count <= limit else count for count in counts]
