"""When texts are alike, as importing sees it: for whoever holds published texts against each other."""

from annotator.domain.near_duplicates import BANDS, bands, fingerprint, same_words

__all__ = ["BANDS", "bands", "fingerprint", "same_words"]
