"""The pages of the small book: each a notebook, as the code of its cells."""

PAGES = {
    "activation": [
        "from nnlib.activations import relu\n"
        "from nnlib.widgets import Activation\n"
        "figure = Activation(relu, x=0.75)\n"
        "figure"
    ],
    "forward": [
        "from nnlib.widgets import ForwardPass\n"
        "weights = [[[1, 0.5], [-1, 0.5], [0, 2]], [[1, -1, 2]]]\n"
        "figure = ForwardPass([2, 3, 1], weights, [[0, 0.5, -1], [0.25]], [1, 0.5])\n"
        "figure"
    ],
    "several": [
        "from nnlib.widgets import ForwardPass\n"
        "figure = ForwardPass([2, 3, 1])\n"
        "figure",
        "figure",
        "ForwardPass([2, 4, 4, 2])",
    ],
    "backprop": [
        "from nnlib.widgets import Backprop\n"
        "weights = [[[1, 0.5], [-1, 0.5], [0, 2]], [[1, -1, 2]]]\n"
        "biases = [[0, 0.5, -1], [0.25]]\n"
        "figure = Backprop([2, 3, 1], weights, biases, [1, 0.5], [1])\n"
        "figure"
    ],
    "descent": [
        "from nnlib.widgets import Descent\n"
        'figure = Descent("one weight", lr=0.5, w0=[6], steps=2)\n'
        "figure"
    ],
    "digit": ["from nnlib.widgets import Digit\nfigure = Digit()\nfigure"],
    "perceptron": [
        'from nnlib.widgets import Perceptron\nPerceptron([0.5, 0.5], -0.7, goal="OR")'
    ],
    "race": ["from nnlib.widgets import OptimizerRace\nOptimizerRace()"],
    "training": [
        "import numpy as np\n"
        "from nnlib import Adam, Affine, IdentityWithLoss, Network, ReLU\n"
        "from nnlib.widgets import Training\n"
        "rng = np.random.default_rng(0)\n"
        "layers = [Affine(1, 4, rng=rng), ReLU(), Affine(4, 1, rng=rng)]\n"
        "x = np.linspace(-2, 2, 50)[:, None]\n"
        "Training.record(\n"
        "    Network(layers, IdentityWithLoss()), Adam(lr=0.02), x, x * x, epochs=60,\n"
        "    batch_size=10, rng=rng, test=(x[::2] + 0.02, x[::2] ** 2)\n"
        ")",
    ],
    "boundary": [
        "import numpy as np\n"
        "from nnlib import Adam, Affine, Network, SigmoidWithLoss, Tanh, datasets\n"
        "from nnlib.widgets import Training\n"
        "rng = np.random.default_rng(0)\n"
        "x, t = datasets.moons(120, rng=rng)\n"
        "layers = [Affine(2, 4, rng=rng), Tanh(), Affine(4, 1, rng=rng)]\n"
        "net = Network(layers, SigmoidWithLoss())\n"
        "Training.record(net, Adam(lr=0.1), x, t[:, None], epochs=40, rng=rng)",
    ],
    "python": ["import ipywidgets\nipywidgets.IntSlider(3)"],
    "broken": [
        "from nnlib.widgets import ForwardPass\n"
        "class Broken(ForwardPass):\n"
        "    _esm = 'export default { render() { throw new Error(\"a slip\"); } };'\n"
        "Broken([2, 2])"
    ],
}
SOUND = [name for name in PAGES if name != "broken"]
