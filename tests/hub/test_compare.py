"""What changed between two models: their metrics, their recipes, and the weights of each layer."""

from __future__ import annotations

import pytest
import torch
from hub_client import NAME, REPOSITORY, put

from zoo import registry
from zoo.hub import compare
from zoo.hub.push import push


def test_two_versions_differ_by_what_was_added_to_their_weights(local, versions):
    found = compare.compare(str(versions[0]), str(versions[2]))
    before, after = found.metrics["test_accuracy"]
    assert after - before == pytest.approx(2e-4)
    assert found.recipe == {}
    weight = registry.load(versions[0]).model.state_dict()["linear.weight"]
    (layer,) = [layer for layer in found.layers if layer.name == "linear.weight"]
    assert layer.shape_a == layer.shape_b == tuple(weight.shape)
    assert layer.largest == pytest.approx(2e-4, rel=1e-3)
    assert layer.relative == pytest.approx(2e-4 * weight.numel() ** 0.5 / weight.norm().item(), rel=1e-3)


def test_a_model_equals_itself(versions):
    found = compare.compare(str(versions[0]), str(versions[0]))
    assert all(layer.relative == layer.largest == 0 for layer in found.layers)
    assert all(a == b for a, b in found.metrics.values())


def test_networks_of_another_kind_share_no_layer(weights):
    found = compare.compare("softmax-mnist", "lenet5-mnist")
    assert {layer.name for layer in found.layers if layer.shape_b is None} == {"linear.weight", "linear.bias"}
    assert {layer.name for layer in found.layers if layer.shape_a is None} >= {"conv1.weight", "fc3.bias"}
    assert "architecture" in found.recipe


def test_revisions_are_found_on_the_hub(hub, local, versions):
    push(NAME, tag="v1")
    put(versions[1], local)
    push(NAME, tag="v2")
    for a, b in ((f"{NAME}@v1", NAME), (f"{REPOSITORY}@v1", f"{REPOSITORY}@v2"), (f"{NAME}@v1", f"{NAME}@v2")):
        found = compare.compare(a, b)
        assert [layer.largest for layer in found.layers] == pytest.approx([1e-4, 1e-4], rel=1e-3)


def test_a_layer_of_zeros_has_moved_infinitely_far_from_nothing():
    zero, one = torch.zeros(3), torch.ones(3)
    assert compare._layer("x", zero, one).relative == float("inf")
    assert compare._layer("x", zero, zero).relative == 0
