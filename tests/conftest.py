"""What tests in the folders below share."""

import os

import pytest


@pytest.fixture(scope="session")
def need():
    """need(thing, words): go on where thing is there, else say what is not tested.

    On a contributor's machine that is a skip; where CI is set it is a failure.
    """

    def check(thing, words):
        if thing:
            return thing
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)

    return check
