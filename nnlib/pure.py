"""A whole network in lists and loops: no NumPy, every multiplication in sight.

    layers  = [2, 3, 1]                  nodes of each layer, the input included
    weights[layer][node][input]          every node owns the list of its weights
    biases[layer][node]
    model   = (layers, weights, biases)

One example at a time goes forward, its error goes back, the parameters move:

    y, outs, sums    = forward_prop(layers, weights, biases, x, cache_mode=True)
    grads_w, grads_b = back_prop(layers, weights, biases, t, outs, sums)
    weights, biases  = update_params(layers, weights, biases, grads_w, grads_b, lr)

Hidden nodes use the sigmoid, output nodes the identity, and the loss is
½ Σ (y − t)². da, dw, db and dout are the slopes of the loss with respect to a, w, b
and to what a node gave out. layers.py does the same with arrays and stores weights the
other way round: its W (n_in, n_out) is the transpose of weights[layer].

Rumelhart, Hinton & Williams (1986), "Learning representations by back-propagating
errors", Nature 323.
"""

import itertools
import math

from nnlib.perceptron import summation


def init_model(layers, rng):
    """Make a model with random weights and zero biases.

        w ~ Normal(0, 1 / √n_in),    b = 0          (mean, standard deviation)

    layers: nodes per layer, such as [2, 3, 1]. rng: a random.Random.
    LeCun, Bottou, Orr & Müller (1998).
    """
    weights = [
        [[rng.gauss(0.0, n_in**-0.5) for _ in range(n_in)] for _ in range(n_out)]
        for n_in, n_out in itertools.pairwise(layers)
    ]
    biases = [[0.0] * n_out for n_out in layers[1:]]
    return layers, weights, biases


def sum_der(x, weights, bias, with_respect_to="w"):
    """Derivative of the weighted sum a = Σ xᵢ wᵢ + b.

        ∂a/∂wᵢ = xᵢ  ("w")      ∂a/∂b = 1  ("b")      ∂a/∂xᵢ = wᵢ  ("x")

    The first and the last are lists, the second is a number. Anything else to be
    with_respect_to is a ValueError.
    """
    if with_respect_to == "w":
        return x
    if with_respect_to == "b":
        return 1.0
    if with_respect_to == "x":
        return weights
    raise ValueError(f'with_respect_to is "w", "b" or "x", got {with_respect_to!r}.')


def sigmoid(x):
    """Squash a number into 0 … 1.

        σ(x) = 1 / (1 + e⁻ˣ)  =  eˣ / (1 + eˣ)

    The first form serves x ≥ 0, the second x < 0: the exponential never overflows.
    """
    e = math.exp(-abs(x))
    return (1.0 if x >= 0 else e) / (1.0 + e)


def sigmoid_der(x):
    """Slope of the sigmoid: σ′(x) = σ(x) (1 − σ(x)), at most ¼, at x = 0."""
    y = sigmoid(x)
    return y * (1.0 - y)


def identity(x):
    """Pass a number on as it is."""
    return x


def identity_der(x):
    """Slope of the identity: 1 everywhere."""
    return 1.0


def forward_prop(layers, weights, biases, x, cache_mode=False):
    """Let one example x (a list of layers[0] numbers) flow through the network.

    Returns the prediction y, a list of layers[-1] numbers. With cache_mode also outs
    and sums, what back_prop needs: outs[0] is x itself, outs[l + 1][node] what a node
    gave out, sums[l][node] its weighted sum a before the activation. An x of another
    length is a ValueError.
    """
    if len(x) != layers[0]:
        raise ValueError(f"the network has {layers[0]} inputs, got {len(x)} numbers.")
    outs, sums = [x], []
    for layer in range(len(layers) - 1):
        is_output = layer == len(layers) - 2
        activation = identity if is_output else sigmoid
        layer_sums, layer_outs = [], []
        for node in range(layers[layer + 1]):
            a = summation(outs[layer], weights[layer][node], biases[layer][node])
            layer_sums.append(a)
            layer_outs.append(activation(a))
        sums.append(layer_sums)
        outs.append(layer_outs)
    y = outs[-1]
    return (y, outs, sums) if cache_mode else y


def back_prop(layers, weights, biases, t, outs, sums):
    """Gradients of the loss ½ Σ (y − t)² for one example, from the output backward.

        output node   dout = y − t
        any node      da   = dout · h′(a)        h: sigmoid or identity
                      dwᵢ  = da · xᵢ,    db = da
        node before   dout = Σ da · w      over the nodes that it feeds

    t is the list of targets, outs and sums come from forward_prop. Returns grads_w
    and grads_b, nested exactly like weights and biases. Another number of targets is a
    ValueError.
    """
    if len(t) != layers[-1]:
        raise ValueError(f"the network has {layers[-1]} outputs, got {len(t)} targets.")
    grads_w, grads_b = [], []
    dout = [y_k - t_k for y_k, t_k in zip(outs[-1], t, strict=True)]
    for layer in reversed(range(len(layers) - 1)):
        is_output = layer == len(layers) - 2
        activation_der = identity_der if is_output else sigmoid_der
        x, dx = outs[layer], [0.0] * layers[layer]
        layer_w, layer_b = [], []
        for node in range(layers[layer + 1]):
            w, b = weights[layer][node], biases[layer][node]
            da = dout[node] * activation_der(sums[layer][node])
            layer_w.append([da * slope for slope in sum_der(x, w, b, "w")])
            layer_b.append(da * sum_der(x, w, b, "b"))
            if layer > 0:  # the data does not learn: nobody asks for its gradient
                for i, slope in enumerate(sum_der(x, w, b, "x")):
                    dx[i] += da * slope
        grads_w, grads_b, dout = [layer_w, *grads_w], [layer_b, *grads_b], dx
    return grads_w, grads_b


def update_params(layers, weights, biases, grads_w, grads_b, lr=0.1):
    """Move every parameter a little against its gradient.

        w ← w − lr · dw,    b ← b − lr · db

    lr is the learning rate. Returns new weights and biases; the lists that came in
    stay as they were.
    """
    new_weights, new_biases = [], []
    for layer in range(len(layers) - 1):
        new_weights.append(
            [
                [w - lr * dw for w, dw in zip(*pair, strict=True)]
                for pair in zip(weights[layer], grads_w[layer], strict=True)
            ]
        )
        new_biases.append(
            [b - lr * db for b, db in zip(biases[layer], grads_b[layer], strict=True)]
        )
    return new_weights, new_biases


def squared_error(y, t):
    """Loss of one example, ½ Σₖ (yₖ − tₖ)²; y and t are lists of the same length."""
    # a product, since ** 2 raises OverflowError where train shall say "diverged"
    return sum(0.5 * (y_k - t_k) * (y_k - t_k) for y_k, t_k in zip(y, t, strict=True))


def add(a, b):
    """Add two nests of lists of one shape, number by number."""
    if isinstance(a[0], list):
        return [add(a_i, b_i) for a_i, b_i in zip(a, b, strict=True)]
    return [a_i + b_i for a_i, b_i in zip(a, b, strict=True)]


def batch_gradients(model, x, t):
    """Loss and gradients of the rows x with their target rows t, summed up.

    Returns the loss, grads_w and grads_b, as back_prop nests them.
    """
    loss, total_w, total_b = 0.0, None, None
    for x_n, t_n in zip(x, t, strict=True):
        y, outs, sums = forward_prop(*model, x_n, cache_mode=True)
        grads_w, grads_b = back_prop(*model, t_n, outs, sums)
        loss += squared_error(y, t_n)
        total_w = add(total_w, grads_w) if total_w else grads_w
        total_b = add(total_b, grads_b) if total_b else grads_b
    return loss, total_w, total_b


def train(model, x, t, *, batch_size=1, epochs=100, lr=0.1, rng):
    """Train on the rows x with the target rows t, in an order shuffled each epoch.

    batch_size 1 is online learning, len(x) full batch, anything between mini-batch:
    the parameters move once per batch, by the mean gradient of its rows.
    rng: a random.Random. Returns the trained model and the mean loss of each epoch,
    taken row by row while it learned.

    No rows, x and t of different lengths, lr or batch_size not above 0: ValueError. A
    loss that is no longer finite: FloatingPointError.
    """
    if not x or len(x) != len(t):
        raise ValueError(f"expected as many rows x as t, got {len(x)} and {len(t)}.")
    if not (lr > 0 and batch_size >= 1):
        raise ValueError(f"lr and batch_size are above 0, got {lr} and {batch_size}.")
    order, loss_history = list(range(len(x))), []
    for epoch in range(1, epochs + 1):
        rng.shuffle(order)
        loss_history.append(0.0)
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            batch = [x[i] for i in rows], [t[i] for i in rows]
            loss, *grads = batch_gradients(model, *batch)
            model = (model[0], *update_params(*model, *grads, lr / len(rows)))
            loss_history[-1] += loss / len(x)
        if not math.isfinite(loss_history[-1]):
            raise FloatingPointError(
                f"epoch {epoch}: the training diverged, try a smaller lr than {lr}."
            )
    return model, loss_history
