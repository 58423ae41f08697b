"""Drawings of networks: layers are columns, neurons circles, weights lines.

    draw(net)               a network, or a list of sizes such as [2, 3, 1]
    draw_neuron(...)        one neuron with its bias node, the sum a and y = h(a)
    draw_graph(...)         the same neuron as a computation graph, for the chain rule
    draw_softmax(...)       every output of softmax depends on every score

h is the activation function of a neuron; in a node, h₁ is what hidden node 1 gives out.

Each returns a Drawing: its text is DOT, its picture SVG. Blue is positive, orange and
dashed negative; the thicker a line, the larger its weight.
"""

from copy import copy
from itertools import pairwise

import numpy as np

from nnlib.activations import softmax
from nnlib.drawing import Drawing
from nnlib.layout import Edge, Node
from nnlib.perceptron import summation

LOWER = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
UPPER = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SYMBOL = {"input": "x", "hidden": "h", "output": "y"}


def draw(
    net, *, x=None, gradients=False, numbers=None, bias=False, upright=False, most=6
):
    """Draw a network: a Network, or a list of sizes such as [2, 3, 1].

    x           one example (n_in,): what each node makes of it stands in the node
    gradients   the lines show dW and db of the last backprop instead of W and b
    numbers     at the lines: True, False, or None for where few lines are side by side
    bias        add the nodes that are always 1; the lines from them are the biases
    upright     from the bottom to the top instead of from left to right
    most        of a larger layer only the ends are drawn, with ⋮ between, and its size

    ValueError: an x that does not fit, gradients before backprop, a weight that is not
    finite. TypeError: neither a Network nor a list.
    """
    sizes, titles, weighted = read_layers(net)
    values = [None] * len(sizes) if x is None else outputs_of(net, weighted, x)
    columns = []
    for k, (n, title) in enumerate(zip(sizes, titles, strict=True)):
        kind = kind_of(k, len(sizes))
        layer = str(k) if kind == "hidden" and len(sizes) > 3 else ""
        nodes = column(SYMBOL[kind], kind, n, values[k], layer, most)
        if bias and kind != "output":
            nodes.insert(0, Node(f"bias{k}", "1", "bias"))
        heading = f"{kind} ({n})" if n > most else kind
        columns.append(("\n".join([heading, *title]), nodes))
    edges = connect(columns, weighted, "d" if gradients else "")
    few = all(len(a) * len(b) <= 12 for (_, a), (_, b) in pairwise(columns))
    if weighted and (numbers or (numbers is None and few)):
        edges = [e._replace(text=number(e.weight)) for e in edges]
    intro = summary(sizes, titles) + (", the lines show the gradients" * gradients)
    return Drawing(intro, columns, edges, upright=upright)


def draw_neuron(x=None, weights=None, bias=None, h=None, *, n_in=2):
    """Draw one neuron: y = h(a), a = x1 w1 + x2 w2 + … + b.

    The bias is drawn as the weight of one more input, which is always 1. What is given
    is written beside its symbol: x and weights are lists of one length, bias a number,
    h a function of a number. Without lists the neuron has n_in inputs. Lists of two
    lengths are a ValueError.
    """
    n_in = next((len(v) for v in (x, weights) if v is not None), n_in)
    a = y = None
    if x is not None and weights is not None:
        a = summation(x, weights, bias or 0)  # it also says when lengths differ
        a = None if bias is None else a
        y = None if a is None or h is None else h(a)
    inputs = column("x", "input", n_in, x)
    edges = [Edge("b", "a", labeled("b", bias), bias)]
    for node in inputs:
        if node.i is not None:
            w = None if weights is None else weights[node.i]
            edges.append(Edge(node.name, "a", labeled("w" + sub(node.i + 1), w), w))
    edges.append(Edge("a", "y", f"{name_of(h)}()"))
    columns = [("input", [Node("b", "1", "bias"), *inputs])]
    columns.append(("weighted sum", [Node("a", stacked("a", a), "hidden")]))
    columns.append(("output", [Node("y", stacked("y", y), "output")]))
    intro = f"Neuron with {count(n_in, 'input')} and a bias, y = {name_of(h)}(a)"
    return Drawing(intro, columns, edges)


def draw_graph(x, weights, bias, h, h_der=None):
    """Draw how one neuron is computed: products, their sum a, and y = h(a).

    Below each symbol stands its value. With h_der, the derivative of h, the gradient
    ∂y/∂(it) stands below that, and at each line the local derivative: the gradient of
    a node is that of the next node times the number at the line between them.

    x and weights are lists of one length, at least 1, bias is a number; h and h_der are
    functions of a number. Lists of two lengths and no input are a ValueError.
    """
    if len(x) == 0:
        raise ValueError("a computation graph needs at least one input, got none.")
    a = summation(x, weights, bias)
    dy, da = (1, h_der(a)) if h_der else (None, None)
    first, second = [], []
    for i, (x_i, w_i) in enumerate(zip(x, weights, strict=True), start=1):
        dx, dw = (da * w_i, da * x_i) if h_der else (None, None)
        xw = f"x{sub(i)}w{sub(i)}"
        first.append(Node(f"x{i}", stacked(f"x{sub(i)}", x_i, dx), "input"))
        first.append(Node(f"w{i}", stacked(f"w{sub(i)}", w_i, dw), "input"))
        second.append(Node(f"x{i}w{i}", stacked(xw, x_i * w_i, da), "hidden"))
    second.append(Node("b", stacked("b", bias, da), "bias"))
    sums = [Node("a", stacked("a", a, da), "hidden")]
    outputs = [Node("y", stacked("y", h(a), dy), "output")]
    titles = ("inputs, weights", "products, bias", "sum", f"{name_of(h)}(a)")
    columns = list(zip(titles, (first, second, sums, outputs), strict=True))
    edges = local_derivatives(x, weights, da)
    return Drawing(f"Computation graph of y = {name_of(h)}(a)", columns, edges)


def draw_softmax(a=None, *, n=3):
    """Draw softmax: every output y depends on every score a.

    With a list of scores a, values stand in the nodes; without it there are n scores.
    No score is a ValueError.
    """
    n = n if a is None else len(a)
    scores = column("a", "input", n, a)
    y = None if a is None else softmax(np.asarray(a, float))
    columns = [("scores", scores), ("softmax(a)", column("y", "output", n, y))]
    intro = f"Softmax of {count(n, 'score')}, every output depends on every score"
    return Drawing(intro, columns, connect(columns, [], ""))


def local_derivatives(x, weights, da):
    """The lines of draw_graph, each with ∂(its head)/∂(its tail) where da is known."""
    lines = [("b", "a", 1), ("a", "y", da)]
    for i, (x_i, w_i) in enumerate(zip(x, weights, strict=True), start=1):
        product = f"x{i}w{i}"
        lines += [(f"x{i}", product, w_i), (f"w{i}", product, x_i), (product, "a", 1)]
    texts = ["" if da is None else f"×{number(slope)}" for *_, slope in lines]
    return [Edge(*line[:2], text) for line, text in zip(lines, texts, strict=True)]


def read_layers(net):
    """Sizes and titles of the columns, and the layers with weights between them.

    A list of sizes has no such layers: the third is then [].
    """
    if isinstance(net, list | tuple):
        if len(net) < 2 or not all(isinstance(n, int) and n > 0 for n in net):
            raise ValueError(f"sizes are whole numbers such as [2, 3, 1], got {net}.")
        return net, [[] for _ in net], []
    if not hasattr(net, "layers"):
        raise TypeError(f"draw needs a Network or a list of sizes, got {net!r}.")
    titles, weighted = [[]], []
    for layer in net.layers:
        if hasattr(layer, "W"):
            weighted.append(layer)
            titles.append([])
        titles[-1].append(repr(layer).removesuffix("()"))
    if not weighted:
        raise ValueError(f"draw needs a layer with weights, got {net}.")
    titles[-1].append(repr(net.loss_layer).removesuffix("()"))
    return [len(weighted[0].W), *(len(layer.b) for layer in weighted)], titles, weighted


def outputs_of(net, weighted, x):
    """What each column says of one example x (n_in,); the layers stay as they are."""
    if not weighted:
        raise ValueError("x needs the weights of a Network, got a list of sizes.")
    W = weighted[0].W
    if np.shape(x) != (len(W),):
        raise ValueError(f"x is one example ({len(W)},), got {np.shape(x)}.")
    y, values = np.asarray(x, W.dtype)[None, :], []  # (1, n_in)
    for layer in net.layers:
        if hasattr(layer, "W"):
            values.append(y[0])
        y = copy(layer).forward(y)  # the copy remembers, not the layer
    return [*values, net.loss_layer.activation(y)[0]]


def column(symbol, kind, n, values=None, layer="", most=6):
    """The nodes of a layer of n, cut short beyond `most`; layer: its number, or ""."""
    if n < 1 or most < 3:
        raise ValueError(f"a layer has at least 1 node and shows 3, got {n}, {most}.")
    shown = range(n) if n <= most else [*range(most - 2), None, n - 1]
    power = f"⁽{layer.translate(UPPER)}⁾" if layer else ""
    nodes = []
    for i in shown:
        name = f"{symbol}{layer}_" if layer else symbol
        if i is None:
            nodes.append(Node(f"{name}more", "⋮", "more"))
        else:
            text = stacked(
                symbol + sub(i + 1) + power, None if values is None else values[i]
            )
            nodes.append(Node(f"{name}{i + 1}", text, kind, i))
    return nodes


def connect(columns, weighted, prefix):
    """Lines from every node to every node of the next column, with weights if any.

    weighted: the layers between the columns, or []; prefix: "d" for their gradients.
    """
    edges = []
    for k, ((_, tails), (_, heads)) in enumerate(pairwise(columns)):
        if prefix and not (weighted and hasattr(weighted[k], "dW")):
            raise ValueError(
                "there are no gradients yet: call net.backprop(x, t) first."
            )
        for tail in tails:
            for head in heads:
                if tail.kind == "more" or head.i is None:
                    continue
                layer = weighted[k] if weighted else None
                weight = layer and weight_of(layer, prefix, tail, head)
                edges.append(Edge(tail.name, head.name, "", weight))
    return edges


def weight_of(layer, prefix, tail, head):
    """The weight, the bias, or the gradient of it, on the line from tail to head."""
    if tail.kind == "bias":
        weight = getattr(layer, prefix + "b")[head.i]
    else:
        weight = getattr(layer, prefix + "W")[tail.i, head.i]
    if not np.isfinite(weight):
        raise ValueError(f"{layer} has a weight or gradient that is {weight}.")
    return float(weight)


def kind_of(k, n):
    """What column k of n is called."""
    return "input" if k == 0 else "output" if k == n - 1 else "hidden"


def summary(sizes, titles):
    """A network in words: sizes, and the functions that follow the weights."""
    parts = []
    for k, (n, title) in enumerate(zip(sizes, titles, strict=True)):
        kind = kind_of(k, len(sizes))
        functions = f" ({', '.join(title[1:])})" if title[1:] else ""
        text = f"a hidden layer of {count(n, 'node')}" if kind == "hidden" else ""
        parts.append((text or count(n, kind)) + functions)
    return f"Network with {', '.join(parts[:-1])} and {parts[-1]}"


def number(value):
    """Write a number so that it fits a circle: −0.574, 0.0012, 1e−05, 1234."""
    size = abs(value)
    form = ".0f" if 999.5 <= size < 9999.5 else ".3g" if 0.01 <= size < 999.5 else ".2g"
    return format(value + 0.0, form).replace("-", "−")


def sub(i):
    """Index i as a subscript."""
    return str(i).translate(LOWER)


def stacked(symbol, value=None, grad=None):
    """The text in a circle: symbol, value, gradient, each on a line where known."""
    value = "" if value is None else f"\n{number(value)}"
    return symbol + value + ("" if grad is None else f"\n∂ {number(grad)}")


def labeled(symbol, value):
    """The text at a line: the symbol and, where known, its value."""
    return symbol if value is None else f"{symbol} = {number(value)}"


def name_of(h):
    """What an activation function is called; h when it is not given or has no name."""
    name = getattr(h, "__name__", "h")
    return name if name.isidentifier() else "h"


def count(n, noun):
    """1 input, 2 inputs."""
    return f"{n} {noun}" + "s" * (n != 1)
