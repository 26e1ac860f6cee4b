"""The layer on many devices: two processes that talk over a file, as they would over a network."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch.distributed as dist

import pdviz

pytestmark = pytest.mark.skipif(
    not (dist.is_available() and dist.is_gloo_available()),
    reason="this PyTorch is built without torch.distributed",
)
WORLD = 2
PROGRAM = """
import sys
import torch
import torch.distributed as dist
import torch.distributed.checkpoint as checkpoint
from torch import nn
from torch.distributed.checkpoint.state_dict import get_model_state_dict, set_model_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_module, distribute_tensor
from torch.nn.parallel import DistributedDataParallel
from pdviz import PartiallyDilatedConv1d, Pattern

rank, folder = int(sys.argv[1]), sys.argv[2]
torch.set_num_threads(1)
dist.init_process_group("gloo", init_method=f"file://{folder}/store", rank=rank, world_size=2)
mesh = init_device_mesh("cpu", (2,))
CAUSAL = Pattern.partially_dilated(2, 3, 3, causal=True)


def layer_of(backend="auto", groups=4):
    torch.manual_seed(0)
    options = {"groups": groups, "backend": backend, "dtype": torch.float64}
    return PartiallyDilatedConv1d(4, 4, CAUSAL, **options)


def stack():
    return nn.Sequential(layer_of(), nn.ReLU(), layer_of(groups=1))


def loss(output):
    return output.square().sum()


def equal(sharded, whole):
    torch.testing.assert_close(sharded.full_tensor(), whole)


torch.manual_seed(1)
x = torch.randn(4, 4, 30, dtype=torch.float64)

for backend, groups, place in [
    ("fused", 4, Shard(0)),
    ("fused", 1, Replicate()),
    ("conv", 4, Shard(0)),
]:
    single, inputs = layer_of(backend, groups), x.clone().requires_grad_()
    expected = single(inputs)
    loss(expected).backward()
    layer = distribute_module(layer_of(backend, groups), mesh)
    shares = distribute_tensor(x, mesh, [place]).requires_grad_()
    output = layer(shares)
    assert output.placements == (place,)  # nothing was gathered
    loss(output).backward()
    equal(output, expected)
    equal(shares.grad, inputs.grad)
    equal(layer.island.grad, single.island.grad)
    for mine, theirs in zip(layer.parameters(), single.parameters(), strict=True):
        equal(mine.grad, theirs.grad)
    equal(layer.kernel(), single.kernel())

single, mine = stack(), x[rank::2]  # each process has its half of the batch
loss(single(x)).backward()
replicas = DistributedDataParallel(stack())
loss(replicas(mine)).backward()
for one, whole in zip(replicas.module.parameters(), single.parameters(), strict=True):
    torch.testing.assert_close(2 * one.grad, whole.grad)  # it takes the mean of both


def sharded_stack():
    model = stack()
    for module in (model[0], model[2], model):
        fully_shard(module, mesh=mesh)
    return model


model = sharded_stack()
loss(model(mine)).backward()
for share, whole in zip(model.parameters(), single.parameters(), strict=True):
    assert isinstance(share, DTensor)
    equal(2 * share.grad, whole.grad)

checkpoint.save(get_model_state_dict(model), checkpoint_id=folder + "/checkpoint")
other = sharded_stack()
with torch.no_grad():
    for parameter in other.parameters():
        parameter.zero_()
state = get_model_state_dict(other)
checkpoint.load(state, checkpoint_id=folder + "/checkpoint")
set_model_state_dict(other, state)
assert torch.equal(other(x), model(x))
dist.destroy_process_group()
print("done")
"""


def test_two_processes_compute_what_one_does(tmp_path: Path) -> None:
    """Distributed tensors, replicas (DDP), shards (FSDP2), and a checkpoint of the shards."""
    (tmp_path / "program.py").write_text(PROGRAM)
    root = str(Path(pdviz.__file__).parents[1])
    processes = [
        subprocess.Popen(
            [sys.executable, str(tmp_path / "program.py"), str(rank), str(tmp_path)],
            env={**os.environ, "PYTHONPATH": root, "GLOO_SOCKET_IFNAME": "lo"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for rank in range(WORLD)
    ]
    try:
        outputs = [process.communicate(timeout=240)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert all(process.returncode == 0 for process in processes), "\n".join(outputs)
    assert all(output.endswith("done\n") for output in outputs), outputs
