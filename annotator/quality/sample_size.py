"""How many items several people must answer, for an interval of the wished width.

Both are large-sample approximations with a confidence of 95 %, for two answers an item. They say what to
plan with; the interval of the figure itself comes from a bootstrap over the items that were answered.
"""

import math

Z = 1.959963984540054  # the 97.5 % point of the normal distribution


def for_share(share: float, width: float) -> int:
    """Items for an interval of this full width around a share, as the observed agreement is one.

    The normal approximation of the binomial: n = z² p (1 - p) / (w / 2)².

    Source: Cochran, W. G. (1977), Sampling Techniques, 3rd edition, chapter 4.4.

    Examples
    --------
    >>> for_share(0.8, 0.1)
    246
    """
    _check(share, width)
    return math.ceil(Z**2 * share * (1 - share) / (width / 2) ** 2)


def for_alpha(alpha: float, width: float, *, prevalence: float) -> int:
    """Items for an interval of this full width around nominal alpha of two labels, one of them so frequent.

    n = (2 z / w)² (1 - a) ((1 - a) (1 - 2 a) + a (2 - a) / (2 p (1 - p))): the variance of the
    intraclass kappa for two raters and a binary label, which nominal alpha equals for large n. With more
    labels, take the share of the one that matters: the rarer it is, the more items it needs.

    Source: Bloch, D. A. and Kraemer, H. C. (1989), 2 x 2 kappa coefficients, Biometrics 45, 269-287;
    Donner, A. and Eliasziw, M. (1992), Statistics in Medicine 11, 1511-1519.

    Examples
    --------
    >>> for_alpha(0.4, 0.1, prevalence=0.5)
    1291
    """
    _check(prevalence, width)
    if not 0 <= alpha < 1:
        raise ValueError(f"alpha is {alpha:g}, not from 0 to below 1")
    spread = (1 - alpha) * (1 - 2 * alpha) + alpha * (2 - alpha) / (2 * prevalence * (1 - prevalence))
    return math.ceil((2 * Z / width) ** 2 * (1 - alpha) * spread)


def _check(share: float, width: float) -> None:
    if not 0 < share < 1:
        raise ValueError(f"the share is {share:g}, not between 0 and 1")
    if not 0 < width < 1:
        raise ValueError(f"the width is {width:g}, not between 0 and 1")
