"""The expression language beside others of its kind: a bounded part of what the scripts in this folder do."""
import pytest

import conformance
import differential


@pytest.fixture(scope="session")
def vectors(tmp_path_factory):
    return conformance.downloaded(tmp_path_factory.mktemp("vectors"))


def test_the_public_conformance_vectors_agree(vectors):
    wrong, counts = conformance.check(vectors)
    assert wrong == []
    assert counts["agree"] > 750, counts


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_expressions_come_to_the_same_as_in_cel_python(seed):
    differences, compared, values = differential.compare(seed, 700)
    assert differences == []
    assert values > compared / 2
