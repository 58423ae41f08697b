"""One neuron: its gates and its learning rule."""

import pytest

from nnlib import perceptron

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]
TRUTH = {
    "and": [0, 0, 0, 1],
    "nand": [1, 1, 1, 0],
    "or": [0, 1, 1, 1],
    "xor": [0, 1, 1, 0],
}


@pytest.mark.parametrize("name", TRUTH)
def test_gate_has_its_truth_table(name):
    gate = getattr(perceptron, f"gate_{name}")
    assert [gate(x1, x2) for x1, x2 in CORNERS] == TRUTH[name]


def test_table_holds_every_gate():
    gates = {name for name in vars(perceptron) if name.startswith("gate_")}
    assert gates == {f"gate_{name}" for name in TRUTH}


def test_summation_adds_products_and_bias():
    assert perceptron.summation([2.0, 3.0], [10.0, 100.0], 1.0) == 321.0
    assert perceptron.summation([], [], 7.0) == 7.0


def test_summation_says_which_length_does_not_fit():
    with pytest.raises(ValueError, match="2 weights needs 2 inputs, got 3"):
        perceptron.summation([1, 2, 3], [1, 2], 0)


@pytest.mark.parametrize(("a", "y"), [(-1e-300, 0), (-0.0, 0), (0, 0), (1e-300, 1)])
def test_step_fires_only_above_zero(a, y):
    assert perceptron.step(a) == y


@pytest.mark.parametrize("name", ["and", "nand", "or"])
@pytest.mark.parametrize("lr", [0.1, 1.0, 7.0])
def test_learning_rule_arrives_where_one_line_is_enough(name, lr):
    weights, bias, mistakes = perceptron.learn(CORNERS, TRUTH[name], lr=lr)
    answers = [perceptron.perceptron(x, weights, bias) for x in CORNERS]
    assert answers == TRUTH[name]
    assert mistakes[-1] == 0
    assert 0 not in mistakes[:-1]


def test_learning_rule_never_arrives_at_xor():
    _, _, mistakes = perceptron.learn(CORNERS, TRUTH["xor"], lr=1.0, epochs=500)
    assert len(mistakes) == 500
    assert min(mistakes) > 0


def test_first_epoch_of_or_by_hand():
    # lr = 1, from w = (0, 0), b = 0, row by row:
    #   (0,0) t=0: a = 0, y = 0, right          (0,1) t=1: a = 0, y = 0, error 1
    #   -> w = (0, 1), b = 1                    (1,0) t=1: a = 1, y = 1, right
    #   (1,1) t=1: a = 2, y = 1, right
    weights, bias, mistakes = perceptron.learn(CORNERS, TRUTH["or"], lr=1, epochs=1)
    assert (weights, bias, mistakes) == ([0, 1], 1, [1])


def test_learning_leaves_the_data_as_they_were():
    x, t = [[0, 1], [1, 1]], [0, 1]
    perceptron.learn(x, t)
    assert (x, t) == ([[0, 1], [1, 1]], [0, 1])


@pytest.mark.parametrize(("x", "t"), [([], []), ([[1, 2]], [1, 0]), ([[1], [2]], [1])])
def test_learning_wants_one_answer_per_row(x, t):
    with pytest.raises(ValueError, match=f"got {len(x)} and {len(t)}"):
        perceptron.learn(x, t)


@pytest.mark.parametrize("t", [[-1, 1], [0, 2], [0.5, 1]])
def test_learning_wants_answers_0_or_1(t):
    with pytest.raises(ValueError, match=r"answers 0 or 1 .* got \["):
        perceptron.learn([[0], [1]], t)


@pytest.mark.parametrize("lr", [0, -0.1, float("nan")])
def test_learning_wants_a_rate_above_0(lr):
    with pytest.raises(ValueError, match=f"lr above 0, got .* lr = {lr}"):
        perceptron.learn([[0], [1]], [0, 1], lr=lr)


def test_learning_wants_rows_of_one_width():
    with pytest.raises(ValueError, match="needs 2 inputs, got 1"):
        perceptron.learn([[1, 2], [3]], [0, 1])
