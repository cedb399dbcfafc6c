"""Published wordings brought into one form before they are read."""

from __future__ import annotations

import re

SIGNS = (
    (r"(?<=\d) ?(months?|mths?|mo)\b", "m"),
    (r"(?<=\d) ?(years?|yrs?)\b", "y"),
    (r"(?<=\d) (?=[my]\b)", ""),
    ("[–—]", "-"),
    (r"(\d+[my]?) (or|and) (younger|fewer|less|under|below)\b", r"<=\1"),
    # «or over» is one sign, before «over» alone can be.
    (r"((?<=\d)|(?<=\d[my])) ?(plus|(or|and) (older|more|over|above|longer))\b", "+"),
    (r"\b(less than|fewer than|under|below|lt)\b", "<"),
    (r"\b(at most|up to|le)\b", "<="),
    (r"\b(at least|ge)\b", ">="),
    (r"\b(more than|greater than|over|above|gt)\b", ">"),
    (r"(?<=\d)( ?to ?| or )(?=\d)", "-"),
)
YEAR_OF_COHORT = re.compile(r"(?<![<>=]) (19|20)\d\d([ /-]\d\d)?$")


def plain(text: str) -> str:
    """Lower case, blanks for underscores, signs for words, and no year at the end.

    >>> plain("custody_lt12m_2019"), plain("priors_7_10"), plain("age 48 or older")
    ('custody <12m', 'priors 7-10', 'age 48+')
    """
    text = re.sub(r"\s+", " ", text.lower().replace("_", " ")).strip()
    text = re.sub(r"\b(lt|le|ge|gt)(?=\d)", r"\1 ", text)
    text = YEAR_OF_COHORT.sub("", text)
    # In a name with underscores two numbers are a range, as in priors_7_10.
    text = re.sub(r"(?<=[ <>=]\d) (?=\d+$)|(?<=[ <>=]\d\d) (?=\d+$)", "-", text)
    for pattern, sign in SIGNS:
        text = re.sub(pattern, sign, text)
    return re.sub(r"([<>]=?) (?=\d)", r"\1", text)
