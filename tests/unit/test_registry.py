"""A model folder: written whole or not at all, verified at every load, and a classifier that does as its contract says."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

import zoo
from zoo import card, data, files, metrics, plots, registry

NAMES = registry.names()


def change_config(folder: Path, **changes: object) -> None:
    config = json.loads((folder / "config.json").read_text())
    if "sha256" in changes:
        changes["sha256"] = config["sha256"] | changes["sha256"]
    (folder / "config.json").write_text(json.dumps({**config, **changes}))


def test_the_registry_holds_every_recipe_and_nothing_else() -> None:
    assert sorted(zoo.RECIPES) == zoo.list_models()


@pytest.mark.parametrize("name", NAMES)
def test_shipped_models_are_whole(name: str) -> None:
    assert registry.verify(registry.find(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_shipped_models_come_from_the_recipe_as_it_is_now(name: str) -> None:
    config = zoo.load(name).config
    assert config.recipe == zoo.RECIPES[name]
    assert config.metrics.seeds in (tuple(range(3)), tuple(range(5))), (
        f"shipped models have three or five seeds: python -m zoo train {name} --seeds 5 --replace"
    )
    assert len(config.history) == zoo.RECIPES[name].epochs
    assert config.data_sha256 == data.find(config.dataset).sha256


@pytest.mark.parametrize("name", NAMES)
def test_test_accuracy_is_the_cards(name: str, datasets: dict) -> None:
    classifier = zoo.load(name)
    images, labels = data.load(classifier.config.dataset, "test")
    assert metrics.accuracy(classifier(images), labels) == pytest.approx(
        classifier.config.metrics.test_accuracy, abs=5e-4
    )


@pytest.mark.parametrize("name", NAMES)
def test_both_usage_snippets_of_a_card_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = np.zeros((40, 40), dtype=np.uint8)
    picture[8:32, 16:24] = 255
    for file in ("digit.png", "garment.jpg"):
        Image.fromarray(picture).save(tmp_path / file)
    images = torch.randint(0, 256, (64, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    safetensors.torch.save_file({"images": images}, tmp_path / "images.safetensors")
    model = registry.find(name).absolute()
    shutil.copyfile(model / "model.safetensors", tmp_path / "model.safetensors")
    with_zoo, plain = re.findall(r"```python\n(.*?)```", (model / "README.md").read_text(), flags=re.DOTALL)
    plain, places = re.subn(r"images = torch.zeros.*\n", 'images = load_file("images.safetensors")["images"]\n', plain)
    assert places == 1
    monkeypatch.chdir(tmp_path)
    exec(with_zoo, {})
    exec(plain, alone := {})
    torch.testing.assert_close(alone["logits"], zoo.load(model)(images), rtol=1e-3, atol=1e-4)


@pytest.fixture
def folder(weights: Path) -> Path:
    """A copy of one model, to damage."""
    return weights / "softmax-mnist"


def test_a_changed_byte_is_noticed(folder: Path) -> None:
    content = bytearray((folder / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (folder / "model.safetensors").write_bytes(content)
    with pytest.raises(registry.RegistryError, match=r"model.safetensors is damaged or was changed: .* expected"):
        zoo.load("softmax-mnist")


def rewrite_weights(folder: Path, tensors: dict[str, torch.Tensor]) -> None:
    import hashlib

    content = safetensors.torch.save(tensors)
    (folder / "model.safetensors").write_bytes(content)
    change_config(folder, sha256={"model.safetensors": hashlib.sha256(content).hexdigest()})


def test_a_missing_key_and_a_wrong_shape_are_named(folder: Path) -> None:
    rewrite_weights(folder, {"linear.weight": torch.zeros(10, 783)})
    expected = r"linear.bias: expected \(10,\), got nothing; linear.weight: expected \(10, 784\), got \(10, 783\)"
    with pytest.raises(registry.RegistryError, match=f"does not fit softmax: {expected}"):
        zoo.load("softmax-mnist")


def test_nothing_but_safetensors_is_loaded(folder: Path) -> None:
    import hashlib
    import pickle

    content = pickle.dumps({"linear.weight": 1})
    (folder / "model.safetensors").write_bytes(content)
    change_config(folder, sha256={"model.safetensors": hashlib.sha256(content).hexdigest()})
    with pytest.raises(registry.RegistryError, match="is no safetensors file"):
        zoo.load("softmax-mnist")


@pytest.mark.parametrize("name", [None, 7, b"lenet5-mnist", ["lenet5-mnist"]], ids=str)
def test_what_is_no_name_is_refused_in_words(name: object) -> None:
    with pytest.raises(registry.RegistryError, match=r"by its name or its folder, not by a value of type \w+ "):
        zoo.load(name)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    ["x" * 300, "", "lenet5\0mnist", "\ud800", "../" * 2000 + "x"],
    ids=["long", "empty", "NUL", "a lone surrogate", "a long path"],
)
def test_a_name_that_no_folder_can_have_is_refused_in_words(name: str) -> None:
    with pytest.raises(registry.RegistryError, match="unknown model") as caught:
        zoo.load(name)
    assert len(str(caught.value)) < 1000


def test_a_folder_may_be_given_as_a_path(folder: Path) -> None:
    assert zoo.load(folder).name == "softmax-mnist"


def test_an_unknown_name_comes_with_the_nearest(folder: Path) -> None:
    with pytest.raises(
        registry.RegistryError, match=r"unknown model 'lenet'; did you mean 'lenet5-.*'\? \(python -m zoo list\)"
    ):
        zoo.load("lenet")


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(registry.RegistryError, match=r"is no model: it holds no config.json"):
        zoo.load(str(tmp_path))


@pytest.mark.parametrize("content", ["{", "[]", "null", '{"name": 3}'])
def test_a_config_that_was_cut_short(content: str, folder: Path) -> None:
    (folder / "config.json").write_text(content)
    with pytest.raises(registry.RegistryError, match=r"config.json is no config of this zoo, or it was cut short"):
        zoo.load("softmax-mnist")


def test_a_card_that_disagrees_with_the_config_is_a_problem_that_rewrite_mends(folder: Path) -> None:
    (folder / "README.md").write_text("best net ever")
    assert re.search("README.md does not say what config.json says", registry.verify(folder)[0])
    registry.rewrite(folder)
    assert registry.verify(folder) == []


def test_a_failed_save_leaves_the_former_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    classifier = zoo.load("softmax-mnist")

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(plots, "save", full_disk)
    with pytest.raises(OSError, match="No space left"):
        registry.save(folder, classifier.model.state_dict(), classifier.config, classifier.familiar)
    assert registry.verify(folder) == []
    assert not [p.name for p in folder.parent.iterdir() if p.name.startswith(".") and p.name != files.LOCK]


def test_a_process_killed_between_the_two_renames_loses_nothing(folder: Path) -> None:
    folder.rename(files._former(folder))
    assert "softmax-mnist" in zoo.list_models()
    assert zoo.load("softmax-mnist").name == "softmax-mnist"


@pytest.fixture(scope="module")
def lenet() -> zoo.Classifier:
    return zoo.load("lenet5-mnist")


@pytest.mark.parametrize(
    "images",
    [torch.zeros(28, 28, dtype=torch.uint8), torch.zeros(1, 28, 28), torch.zeros(1, 32, 32, dtype=torch.uint8)],
    ids=["one picture", "float", "32 x 32"],
)
def test_images_of_another_kind_are_refused(lenet: zoo.Classifier, images: torch.Tensor) -> None:
    with pytest.raises(ValueError, match=r"expected images uint8 \(N, 28, 28\), got "):
        lenet(images)


def test_a_classifier_takes_arrays_tensors_and_no_images_at_all(lenet: zoo.Classifier) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    assert torch.equal(lenet(images), lenet(torch.from_numpy(images)))
    assert lenet(images[:0]).shape == (0, 10)
    assert lenet.probabilities(images).sum(1).tolist() == pytest.approx([1, 1, 1])
    assert not lenet.model.training


def test_probabilities_are_calibrated_by_the_temperature_however_they_are_asked_for(lenet: zoo.Classifier) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    temperature = lenet.config.confidence.temperature
    assert abs(temperature - 1) > 0.05, "or this test would notice nothing"
    expected = torch.softmax(lenet(images) / temperature, dim=1)
    torch.testing.assert_close(lenet.probabilities(images), expected)
    torch.testing.assert_close(lenet.read_all(images)[0], expected)
    torch.testing.assert_close(lenet.read(images[0])[0], expected[0], rtol=1e-4, atol=1e-5)


def test_a_photo_is_read_by_the_mean_logits_of_its_views(tmp_path: Path) -> None:
    clothes = zoo.load("lenet5-fashion-mnist")
    photo = np.full((90, 70, 3), 230, dtype=np.uint8)
    photo[10:80, 20:50] = (30, 60, 160)
    seen = clothes.looks(photo)
    logits = clothes(seen)
    assert len(seen) > 1
    expected = torch.softmax(logits.mean(0) / clothes.config.confidence.temperature, dim=0)
    found = clothes.classify(photo)
    assert [found[label] for label in clothes.labels] == pytest.approx(expected.tolist(), abs=1e-5)
    assert clothes.classify_many([photo, seen[0]]).labels[0] == pytest.approx(found, abs=1e-5)
    readings = clothes.read_all(np.concatenate([seen, seen[:1]]), [len(seen), 1])
    torch.testing.assert_close(readings.probabilities[0], expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(readings.strangeness[0], readings.strangeness[1])
    assert len(zoo.load("softmax-fashion-mnist").looks(photo)) == 1, "it was shown none, and never a mirrored shoe"


def test_classify_ranks_all_labels_and_sums_to_one(lenet: zoo.Classifier) -> None:
    picture = np.full((100, 60, 3), 255, dtype=np.uint8)
    picture[10:90, 28:33] = 0
    confidences = lenet.classify(picture)
    assert sorted(confidences) == sorted(lenet.labels)
    assert list(confidences.values()) == sorted(confidences.values(), reverse=True)
    assert sum(confidences.values()) == pytest.approx(1, abs=1e-5)
    assert next(iter(confidences)) == "1"


def test_pictures_in_one_call_and_those_that_cannot_be_read_by_index(lenet: zoo.Classifier, tmp_path: Path) -> None:
    digit = np.full((100, 60), 255, dtype=np.uint8)
    digit[10:90, 28:33] = 0
    Image.fromarray(digit).save(tmp_path / "one.png")
    with (tmp_path / "one.png").open("rb") as file:
        labels, unread = lenet.classify_many([digit, np.full((50, 50), 255, dtype=np.uint8), file, tmp_path / "no.png"])
    assert labels[0] == labels[2] == pytest.approx(lenet.classify(tmp_path / "one.png"), abs=1e-6)
    assert (labels[1], labels[3]) == (None, None)
    assert list(unread) == [1, 3]
    assert "no ink" in unread[1]
    assert "no such file" in unread[3]
    assert lenet.classify_many([]) == ([], {})


def test_is_familiar_takes_what_classify_takes(lenet: zoo.Classifier, tmp_path: Path) -> None:
    picture = np.full((100, 60), 255, dtype=np.uint8)
    picture[10:90, 28:33] = 0
    Image.fromarray(picture).save(tmp_path / "digit.png")
    assert lenet.is_familiar(tmp_path / "digit.png")
    grid = np.full((100, 100), 255, dtype=np.uint8)
    grid[20:80:15] = grid[:, 20:80:15] = 0
    assert not lenet.is_familiar(grid)


def test_a_loaded_model_learns_in_all_its_layers_as_any_module() -> None:
    """As torchvision's do: where weights were frozen, a new head would learn alone and nothing would say so."""
    classifier = zoo.load("lenet5-mnist").to("cpu")
    assert classifier.device == torch.device("cpu")
    model = classifier.model.train()
    model.fc3 = torch.nn.Linear(84, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    torch.nn.functional.cross_entropy(model(torch.randn(8, 1, 28, 28)), torch.arange(8) % 3).backward()
    optimizer.step()
    assert all(not torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


@pytest.mark.parametrize("classes", [4, 26])
def test_a_new_head_is_never_read_with_the_old_labels(classes: int) -> None:
    classifier, digit = zoo.load("lenet5-mnist"), np.full((100, 60), 255, dtype=np.uint8)
    digit[10:90, 28:33] = 0
    classifier.model.fc3 = torch.nn.Linear(84, classes)
    for read in (classifier.classify, lambda picture: classifier.classify_many([picture])):
        with pytest.raises(
            ValueError, match=rf"answers with {classes} numbers, .* 10 labels; .*classifier.labels = \["
        ):
            read(digit)
    with pytest.raises(ValueError, match=f"fitted to 10 answers, and the network now gives {classes}"):
        classifier.is_familiar(digit)
    classifier.labels = [f"letter {i}" for i in range(classes)]
    assert sorted(classifier.classify(digit)) == sorted(classifier.labels)


def test_what_can_not_be_is_said_at_once(lenet: zoo.Classifier) -> None:
    with pytest.raises(ValueError, match=r"works in float32, not in torch\.float16"):
        lenet.to(torch.float16)  # type: ignore[arg-type]
    for single in ("digit.png", Path("digit.png"), None):
        with pytest.raises(TypeError, match="expected pictures, such as a list of paths"):
            lenet.classify_many(single)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'' is no picture"):
        lenet.classify("")


def test_a_blank_picture_has_no_ink(lenet: zoo.Classifier) -> None:
    with pytest.raises(ValueError, match="no ink"):
        lenet.classify(np.full((50, 50), 255, dtype=np.uint8))


@pytest.mark.parametrize("name", NAMES)
def test_cards_are_what_a_hub_accepts(name: str) -> None:
    from huggingface_hub import ModelCard

    metadata = ModelCard.load(registry.find(name) / "README.md").data
    assert metadata.license == "mit"
    assert metadata.model_name == name
    accuracy = metadata.eval_results[0].metric_value
    assert accuracy == pytest.approx(registry.read_config(registry.find(name)).metrics.test_accuracy, abs=1e-6)


def test_one_seed_has_no_spread_and_a_gpu_is_no_cpu_thread() -> None:
    config = registry.read_config(registry.find("softmax-mnist"))
    one = replace(config.metrics, seeds=(0,), test_accuracies=config.metrics.test_accuracies[:1])
    alone = replace(config, metrics=one, training=replace(config.training, device="cuda"))
    assert card.spread(alone) == card.percent(one.test_accuracy_mean)
    assert "±" in card.render(config)
    assert "±" not in card.render(alone)
    assert "seconds on a GPU (cuda)" in card.render(alone)


def test_the_command_of_a_card_says_what_was_chosen_otherwise() -> None:
    config = registry.read_config(registry.find("softmax-mnist"))
    assert "`python -m zoo train softmax-mnist --seeds 5`" in card.render(config)
    other = replace(
        config,
        recipe=replace(config.recipe, epochs=2),
        seed=3,
        metrics=replace(config.metrics, seeds=(3,)),
        training=replace(config.training, from_scratch=True),
    )
    assert "`python -m zoo train softmax-mnist --epochs 2 --seed 3 --seeds 1 --from-scratch`" in card.render(other)


def test_percent() -> None:
    assert card.percent(0.99044) == "99.04 %"
    assert card.percent(0.8417, 0.00321) == "84.17 ± 0.32 %"
