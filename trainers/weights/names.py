"""The names that weights have in published code, and those that they have here."""

import re
from collections.abc import Mapping

from torch import Tensor

from trainers.errors import WeightsError

# What programs put in front of every name, by wrapping the network.
_WRAPPERS = ("module.", "_orig_mod.", "model.", "net.", "network.", "netG.", "net_g.", "generator.")

# Buffers that follow from a network's settings.
_DERIVED = re.compile(r".*(?:relative_position_index|relative_coords_table|attn_mask)|mean")


# RRDB of ESRGAN and of DIL's released code (`RRDB_trunk`), RRDB of BasicSR (`body`), and SwinIR.
_DENSE = re.compile(
    r"(?:RRDB_trunk|body)\.(?P<block>\d+)\.(?:RDB|rdb)(?P<dense>\d)\.conv(?P<layer>\d)"
)
_GROUP = re.compile(r"layers\.(?P<group>\d+)\.(?P<inside>.+)")
_GROUPS_END = frozenset({"conv.weight", "conv.bias"})
_LAYER = {
    "conv_first": "head",
    **dict.fromkeys(("trunk_conv", "conv_body", "conv_after_body"), "body_end"),
    **dict.fromkeys(("upconv1", "conv_up1"), "enlarge.0"),
    **dict.fromkeys(("upconv2", "conv_up2"), "enlarge.1"),
    **dict.fromkeys(("HRconv", "conv_hr"), "refine"),
    "conv_last": "tail",
    "patch_embed.norm": "head_norm",
    "norm": "body_norm",
}
_IN_BLOCK = {
    "norm1": "attention_norm",
    "attn.relative_position_bias_table": "attention.positions",
    "attn.qkv": "attention.qkv",
    "attn.proj": "attention.project",
    "norm2": "mlp_norm",
    "mlp.fc1": "mlp.0",
    "mlp.fc2": "mlp.2",
}

_BLOCK = re.compile(
    r"residual_group\.blocks\.(?P<block>\d+)\."
    rf"(?P<part>{'|'.join(map(re.escape, _IN_BLOCK))})(?P<rest>\..*)?"
)

# ESRGAN's first release numbers its layers, some inside others, as in `model.1.sub.0.RDB1.conv1.0`.
_FIRST_DENSE = re.compile(r"1\.sub\.(?P<block>\d+)\.RDB(?P<dense>\d)\.conv(?P<layer>\d)\.0")
_FIRST = {"0": "head", "3": "enlarge.0", "6": "enlarge.1", "8": "refine", "10": "tail"}
_FIRST_AT_FULL_SIZE = {"0": "head", "2": "refine", "4": "tail"}


def ours(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors by the names that they have here; a name that is not known stays.

    Raises:
        WeightsError: two have the same name here.
    """
    bare = _unwrapped(tensors)
    if any(name.startswith("1.sub.") for name in bare):
        pairs = [(_of_first_release(name, bare), tensor) for name, tensor in bare.items()]
    else:
        pairs = [
            (_ours(name), tensor) for name, tensor in bare.items() if not _DERIVED.fullmatch(name)
        ]
    renamed = dict(pairs)
    if len(renamed) < len(pairs):
        twice = next(name for n, (name, _) in enumerate(pairs) if name in dict(pairs[:n]))
        raise WeightsError(f"the tensor {twice} is there twice, by several names")
    return renamed


def _unwrapped(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    found = dict(tensors)
    while wrapper := next((w for w in _WRAPPERS if all(n.startswith(w) for n in found)), None):
        found = {name.removeprefix(wrapper): tensor for name, tensor in found.items()}
        if not found:
            break
    return found


def _ours(name: str) -> str:
    layer, _, kind = name.rpartition(".")
    if found := _DENSE.fullmatch(layer):
        return f"{_nested(found)}.{kind}"
    if found := _GROUP.fullmatch(name):
        return f"groups.{found['group']}.{_in_group(found['inside'])}"
    return f"{_LAYER[layer]}.{kind}" if layer in _LAYER else name


def _nested(found: re.Match[str]) -> str:
    """A convolution of a dense block, which are counted from 1 there and from 0 here."""
    block, dense, layer = found["block"], int(found["dense"]) - 1, int(found["layer"]) - 1
    return f"body.{block}.dense.{dense}.layers.{layer}"


def _in_group(inside: str) -> str:
    """A name inside a group of SwinIR's: of its last convolution, or of a block."""
    if found := _BLOCK.fullmatch(inside):
        return f"blocks.{found['block']}.{_IN_BLOCK[found['part']]}{found['rest'] or ''}"
    return f"end{inside.removeprefix('conv')}" if inside in _GROUPS_END else inside


def _of_first_release(name: str, all_names: Mapping[str, Tensor]) -> str:
    layer, _, kind = name.rpartition(".")
    if found := _FIRST_DENSE.fullmatch(layer):
        return f"{_nested(found)}.{kind}"
    if re.fullmatch(r"1\.sub\.\d+", layer):
        return f"body_end.{kind}"
    known = _FIRST if "10.weight" in all_names else _FIRST_AT_FULL_SIZE
    return f"{known.get(layer, layer)}.{kind}"
