"""Checkpoints: all that the next epoch depends on, in one npz file.

The parameters, what the optimizer remembers, the state of the random generator and the
history so far: a training that was cut goes on as if it had not been, bit for bit.

Here and in the next module `run` is what one call of train was given: its net and its
optimizer, x, t and test, batch_size, rng, metrics and the path checkpoint. Its class,
Run, stands there beside the loop that it drives; nothing more of it is needed here.
"""

import json
import zlib

import numpy as np

from nnlib.network import read_npz, write_npz


def fingerprint(run):
    """What a checkpoint and the training that takes it up must have in common."""
    return {
        "net": repr(run.net),
        "optimizer": repr(run.optimizer),
        "dtype": str(run.net.params[0].dtype),
        "generator": type(run.rng.bit_generator).__name__,
        "batch_size": run.batch_size,
        "rows": len(run.x),
        "data": [checksum(array) for array in (run.x, run.t)],
        "test": [checksum(array) for array in run.test or ()],
        "metrics": [metric.__name__ for metric in run.metrics],
    }


def checksum(array):
    """A number, the CRC-32 of its bytes, that other data would hardly have as well."""
    return zlib.crc32(np.ascontiguousarray(array))


def save_checkpoint(run, history):
    """Write all that the next epoch depends on to one npz file, whole or not at all.

    about            JSON text: the fingerprint, steps, state of rng, history
    params.i         array i of net.params
    memory.i.j       what the optimizer remembers beside it, array j
    """
    about = fingerprint(run) | {
        "optimizer_steps": run.optimizer.steps,
        "rng": run.rng.bit_generator.state,
        "history": [vars(epoch) for epoch in history],
    }
    # JSON knows no NumPy: some generators' states are arrays, some metrics float32
    arrays = {"about": np.array(json.dumps(about, default=lambda a: a.tolist()))}
    memories = run.optimizer.memory
    for i, (p, memory) in enumerate(zip(run.net.params, memories, strict=True)):
        arrays[f"params.{i}"] = p
        arrays |= {f"memory.{i}.{j}": array for j, array in enumerate(memory)}
    write_npz(run.checkpoint, arrays)


def resume(run):
    """Put net, optimizer and rng where the checkpoint left them.

    Returns the history so far, a dict for each epoch. A damaged file is a ValueError
    with its name, a checkpoint of another run one that names the difference; nothing
    is changed then.
    """
    arrays = read_npz(run.checkpoint)
    about = json.loads(str(arrays.get("about", "{}")))
    for name, here in fingerprint(run).items():
        if about.get(name) != here:
            raise ValueError(
                f"{run.checkpoint} is no checkpoint of this training: its {name} is "
                f"{about.get(name)}, here it is {here}."
            )
    optimizer = run.optimizer
    optimizer.steps, optimizer.memory = about["optimizer_steps"], []
    for i, p in enumerate(run.net.params):
        p[...] = arrays[f"params.{i}"]
        names = [f"memory.{i}.{j}" for j in range(optimizer.n_memories)]
        optimizer.memory.append([arrays[name] for name in names])
    run.rng.bit_generator.state = about["rng"]
    return about["history"]
