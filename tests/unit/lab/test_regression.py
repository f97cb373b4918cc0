"""zoo.lab.regression and backpropagation: by hand, by autograd, by torch.nn and in closed form agree."""

import numpy as np
import pytest
import torch

from zoo.lab import backpropagation, regression


def test_scratch_and_concise_take_the_same_way() -> None:
    features, labels = regression.synthetic(rows=200)
    scratch = regression.from_scratch(features, labels, epochs=3)
    concise = regression.concise(features, labels, epochs=3)
    np.testing.assert_allclose(scratch.weight, concise.weight, rtol=1e-10)
    np.testing.assert_allclose(scratch.losses, concise.losses, rtol=1e-10)
    assert scratch.bias == pytest.approx(concise.bias)


def test_closed_form_has_no_gradient_left() -> None:
    features, labels = regression.synthetic(rows=50, noise=1.0)
    fit = regression.closed_form(features, labels)
    error = features @ fit.weight + fit.bias - labels
    np.testing.assert_allclose(features.T @ error, 0, atol=1e-9)
    assert error.sum() == pytest.approx(0, abs=1e-9)
    assert fit.losses[0] == pytest.approx(np.mean(error**2) / 2)


def test_one_weight_by_hand_and_by_torch_take_the_same_way() -> None:
    by_hand = regression.one_weight(lr=0.01, epochs=20, mean=False)
    by_torch = regression.one_weight_concise()
    np.testing.assert_allclose(by_hand[0], by_torch[0])
    np.testing.assert_allclose(by_hand[1], by_torch[1])


def test_gradients_of_y_are_w_x_and_one() -> None:
    assert backpropagation.affine(x=5, w=-2, b=0.5) == (-9.5, -2, 5, 1)


def test_hand_derived_gradients_are_those_of_autograd() -> None:
    net = backpropagation.two_layer_net(rows=8, inputs=20, hidden=6, outputs=3)
    by_hand = backpropagation.gradients_by_hand(*net)
    by_autograd = backpropagation.gradients_by_autograd(*net)
    for ours, theirs in zip(by_hand, by_autograd):
        torch.testing.assert_close(ours, theirs)
    assert not any(tensor.requires_grad for tensor in by_autograd)


def test_a_curve_is_fitted_frame_by_frame() -> None:
    curve = backpropagation.fit_curve(steps=25, every=10)
    assert curve.steps.tolist() == [0, 10, 20, 25]
    assert curve.fits.shape == (4, 100)
    np.testing.assert_allclose(curve.losses, np.mean((curve.fits - curve.y) ** 2, axis=1))
    assert ((curve.y >= curve.x**2) & (curve.y <= curve.x**2 + 0.2)).all()
    assert curve.losses[-1] < curve.losses[0] / 5
