"""One neuron: a weighted sum, a step, and a rule that learns from mistakes.

    a = x1 w1 + x2 w2 + … + b          the weighted sum
    y = 1 if a > 0, else 0             the step

Everything here is plain numbers and lists, so it can be followed by hand.

McCulloch & Pitts (1943) drew the neuron; Rosenblatt let it learn: "The perceptron",
Psychological Review 65(6), 1958, and the rule, Principles of Neurodynamics, 1962.
"""


def summation(x, weights, bias):
    """Add up the inputs, each times its weight, and the bias.

        a = x1 w1 + x2 w2 + … + xn wn + b

    x and weights are lists of the same length n; bias and the result are numbers.
    A length that does not fit is a ValueError.
    """
    if len(x) != len(weights):
        raise ValueError(
            f"a node with {len(weights)} weights needs {len(weights)} inputs, "
            f"got {len(x)}."
        )
    linear_sum = bias
    for x_i, w_i in zip(x, weights, strict=True):
        linear_sum += x_i * w_i
    return linear_sum


def step(a):
    """Fire (1) when the sum is above zero, stay silent (0) otherwise.

        y = 1 if a > 0, else 0

    A sum of exactly 0 is silent. McCulloch & Pitts (1943).
    """
    return 1 if a > 0 else 0


def perceptron(x, weights, bias):
    """Answer 0 or 1 to the inputs x: the step of the weighted sum.

        y = step(x1 w1 + x2 w2 + … + b)

    x and weights are lists of the same length, bias is a number.
    """
    return step(summation(x, weights, bias))


def gate_and(x1, x2):
    """Fire when both inputs are 1: 0.5 + 0.5 is above 0.7, one alone is not."""
    return perceptron([x1, x2], [0.5, 0.5], -0.7)


def gate_nand(x1, x2):
    """Fire unless both inputs are 1: AND with every sign turned round."""
    return perceptron([x1, x2], [-0.5, -0.5], 0.7)


def gate_or(x1, x2):
    """Fire when at least one input is 1: one alone is above 0.2."""
    return perceptron([x1, x2], [0.5, 0.5], -0.2)


def gate_xor(x1, x2):
    """Fire when exactly one input is 1.

        XOR(x1, x2) = AND(NAND(x1, x2), OR(x1, x2))

    No single perceptron can do this: one line cannot separate the four points
    (Minsky & Papert, 1969). Two layers can.
    """
    return gate_and(gate_nand(x1, x2), gate_or(x1, x2))


def learn(x, t, lr=1, epochs=100):
    """Look for weights and a bias that answer t to the rows x, by correcting mistakes.

        w ← w + lr (t − y) x,    b ← b + lr (t − y)

    for one row after another, starting from zeros. A right answer, t = y, changes
    nothing. x is a list of rows, t a list of 0 or 1, lr the learning rate, above 0. An
    epoch is one walk through all rows. From zeros, lr only scales weights and bias;
    with 1, whole numbers stay whole and nothing is rounded.

    Returns weights, bias and the number of mistakes in each epoch. The last number
    is 0 when the rule has arrived. It arrives whenever one line can separate the two
    classes (Novikoff, 1962); otherwise it stops after `epochs` with mistakes left.

    No rows, x and t of different lengths, another answer or another lr: ValueError.
    """
    if not x or len(x) != len(t):
        raise ValueError(f"expected as many rows x as t, got {len(x)} and {len(t)}.")
    if not set(t) <= {0, 1} or not lr > 0:
        raise ValueError(f"expected answers 0 or 1 and lr above 0, got {t}, lr = {lr}.")
    weights, bias, mistakes = [0] * len(x[0]), 0, []
    for _ in range(epochs):
        wrong = 0
        for row, target in zip(x, t, strict=True):
            error = target - perceptron(row, weights, bias)
            pairs = zip(weights, row, strict=True)
            weights = [w + lr * error * x_i for w, x_i in pairs]
            bias += lr * error
            wrong += abs(error)
        mistakes.append(wrong)
        if wrong == 0:
            break
    return weights, bias, mistakes
