"""What tests in the folders below share."""

import os

import pytest
from released import TAG, clone, release


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


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """A clone of this copy with a release made in it: committed, tagged, built."""
    folder = clone(tmp_path_factory.mktemp("release") / "clone")
    done = release(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"To publish it: git push origin HEAD {TAG} " in done.stdout
    return folder
