"""What may go wrong in one line: changes that a test must notice, each with the tests nearest to it."""

from typing import NamedTuple


class Change(NamedTuple):
    """One line of a file made wrong. tests: what pytest is given, the narrowest first. equal: why nothing can notice it."""

    path: str
    old: str
    new: str
    tests: str
    equal: str = ""


DIGIT, OPENING = "zoo/pictures/digit.py", "zoo/pictures/opening.py"
SLEEVES = "zoo/pictures/sleeves.py"
SCRATCH, FUNCTIONAL, TRAIN, METRICS = "zoo/scratch.py", "zoo/functional.py", "zoo/train.py", "zoo/metrics.py"
CLASSIFIER, REGISTRY, CHECKPOINT = "zoo/classifier.py", "zoo/registry.py", "zoo/runs/checkpoint.py"
SUMS, GRAPH = "demos/widgets/network/sums.js", "zoo/lab/graph.py"
LAYERS, BROWSER = "demos/widgets/network/layers.js", "tests/browser/test_network.py"
PARITY, TRAINING, UNITS = "tests/unit/test_parity.py", "tests/unit/test_train.py", "tests/unit/test_functional.py"
READING, PUSHING = "tests/unit/test_registry.py", "tests/hub/test_push.py"
TUNING = "demos/widgets/tuning/"

CHANGES = [
    # a picture becomes 28 x 28
    Change(DIGIT, "weights=coverage[rows, columns]) + 0.5", "weights=coverage[rows, columns])", "tests/unit/pictures"),
    Change(DIGIT, "BOX = 20 ", "BOX = 19 ", "tests/unit/pictures"),
    Change(DIGIT, "STROKE = 2.2 ", "STROKE = 2.9 ", "tests/unit/pictures"),
    Change(DIGIT, "half = SIDE / 2 * unit", "half = SIDE / 2 * unit + 1", "tests/unit/pictures"),
    Change("zoo/pictures/foreground.py", "LIGHTNESS = 0.7 ", "LIGHTNESS = 1.0 ", "tests/unit/pictures"),
    Change("zoo/pictures/light.py", "UNEVEN = 0.4 ", "UNEVEN = 4.0 ", "tests/unit/pictures"),
    Change("zoo/pictures/wearer.py", "hem if _are_legs", "none if _are_legs", "tests/unit/pictures"),
    Change("zoo/pictures/wearer.py", "face | _at_edge(skin | face, figure)", "face", "tests/unit/pictures"),
    Change("zoo/pictures/wearer.py", "wide < LYING * high", "True", "tests/unit/pictures"),
    Change(SLEEVES, "side * (HANGING - sleeve.angle)", "side * (sleeve.angle - HANGING)", "tests/unit/pictures"),
    Change(SLEEVES, "if not spread or None in pair:", "if not spread:", "tests/unit/pictures"),
    Change(SLEEVES, "largest((cover > 127) & ~away)", "(cover > 127) & ~away", "tests/unit/pictures"),
    Change(SLEEVES, "y - rows.start < UPPER * height", "True", "tests/unit/pictures"),
    Change("zoo/pictures/garment.py", "if len(steps) == 2:", "if False:", "tests/unit/pictures"),
    Change(CLASSIFIER, "each.mean(0) for each", "each[0] for each", "tests/unit/test_registry.py"),
    Change(OPENING, "scale = 1 / 257 if", "scale = 1 / 256 if", "tests/unit/pictures"),
    Change(OPENING, "6: Image.Transpose.ROTATE_270", "6: Image.Transpose.ROTATE_90", "tests/unit/pictures"),
    Change(
        "zoo/data.py",
        "scaled.sub_(mean / std)",
        "scaled.sub_(mean)",
        "tests/unit/test_data.py tests/unit/test_metrics.py",
    ),
    Change(
        "zoo/data.py",
        "images[-VALIDATION_SIZE:], labels[-V",
        "images[-VALIDATION_SIZE:], labels[1 - V",
        "tests/unit/test_data.py",
    ),
    # a graph of operations
    Change(GRAPH, "return inputs[1], inputs[0]", "return inputs[0], inputs[1]", "tests/unit/lab/test_graph.py"),
    Change(GRAPH, "gradients.get(name, 0.0) + gradient", "gradient", "tests/unit/lab/test_graph.py"),
    # answers
    Change(
        CLASSIFIER,
        "_mean(self(images), views) / self.config.confidence.temperature",
        "_mean(self(images), views)",
        READING,
    ),
    Change(CLASSIFIER, "_mean(logits, views) / self.config.confidence.temperature", "_mean(logits, views)", READING),
    Change(CLASSIFIER, "argsort(descending=True", "argsort(descending=False", READING),
    Change(CLASSIFIER, "if len(probabilities) != len(self.labels):", "if False:", READING),
    Change("zoo/runs/jobs.py", "if goes_on or not", "if True or not", "tests/test_cli_train.py"),
    Change(
        "zoo/card.py",
        '"--epochs": config.recipe.epochs if named and named.epochs != config.recipe.epochs else None,',
        '"--epochs": None,',
        READING,
    ),
    Change(
        "demos/frame/recent.py",
        "self._answers.move_to_end(question)\n                return",
        "return",
        "tests/unit/demos/test_recent.py",
    ),
    Change(
        "demos/frame/panel.py", "1], up > self.y[1], -1)", "1], up > self.y[1], 1)", "tests/unit/demos/test_panel.py"
    ),
    Change("zoo/familiarity.py", ".sum(2).amin(1)", ".sum(2).amax(1)", "tests/unit/test_familiarity.py"),
    Change(
        "zoo/familiarity.py",
        "return F.linear(F.relu(F.linear(x, hidden, hidden_bias)), output, output_bias)[:, 0]",
        "return -F.linear(F.relu(F.linear(x, hidden, hidden_bias)), output, output_bias)[:, 0]",
        "tests/unit/test_familiarity.py",
    ),
    # softmax, losses, dropout
    Change(FUNCTIONAL, "x = x - x.detach().amax(dim, keepdim=True)", "x = x - 0", UNITS),
    Change(FUNCTIONAL, "losses = (1 - label_smoothing) * losses -", "losses = losses -", UNITS),
    Change(FUNCTIONAL, "return losses.sum() / total", "return losses.sum() / len(losses)", UNITS),
    Change(FUNCTIONAL, "return x * keep.div_(1 - p)", "return x * keep", UNITS),
    Change("zoo/models.py", "return x * keep.div_(1 - self.p)", "return x * keep", f"{PARITY} {TRAINING}"),
    Change(TRAIN, "active = len(run.history) < run", "active = len(run.history) <= run", TRAINING),
    # optimizers and schedules
    Change(SCRATCH, "mul_(self.momentum).add_(grad)", "mul_(self.momentum).add_((1 - self.momentum) * grad)", PARITY),
    Change(SCRATCH, "((square / (1 - beta2**t)).sqrt() + self.eps)", "(square.sqrt() + self.eps)", PARITY),
    Change(SCRATCH, "add_((1 - beta2) * grad**2)", "add_((1 - beta2) * grad.abs())", PARITY),
    Change(SCRATCH, "torch.lerp(grad, mean, self.momentum)", "mean", PARITY),
    Change(SCRATCH, "0.2 * max(direction.shape)", "0.2 * min(direction.shape)", PARITY),
    Change(
        SCRATCH,
        "[param for param in self.params if param.dim() > 1][:-1]",
        "[param for param in self.params if param.dim() > 1]",
        PARITY,
    ),
    Change("zoo/schedule.py", "(step + 0.5) / num_steps", "(step + 1.5) / num_steps", TRAINING),
    Change("zoo/schedule.py", "cosine((progress - WARM_UP) / (1 - WARM_UP))", "cosine(progress)", TRAINING),
    Change(
        TRAIN, "lr_at(recipe.schedule, recipe.lr, first_step + i,", "lr_at(recipe.schedule, recipe.lr, i,", TRAINING
    ),
    Change(
        "zoo/init.py",
        '"he-normal": lambda w, fan_in, fan_out, g: _normal(w, math.sqrt(2 / fan_in), g)',
        '"he-normal": lambda w, fan_in, fan_out, g: _normal(w, math.sqrt(1 / fan_in), g)',
        "tests/unit/lab/test_initialization.py",
    ),
    # averaging, distillation, resuming
    Change(TRAIN, "min(run.recipe.averaging, (1 + step) / (10 + step))", "(1 + step) / (10 + step)", TRAINING),
    Change(TRAIN, "min(run.recipe.averaging, (1 + step) / (10 + step))", "run.recipe.averaging", TRAINING),
    Change(TRAIN, "return self.model if self.average is None else self.average", "return self.model", TRAINING),
    Change(
        "zoo/runs/distill.py",
        "torch.lerp(truth, known, teacher.share)",
        "torch.lerp(known, truth, teacher.share)",
        "tests/unit/runs/test_distill.py",
    ),
    Change(
        "zoo/runs/distill.py",
        "torch.cat(logits) / teacher.temperature",
        "torch.cat(logits)",
        "tests/unit/runs/test_distill.py",
    ),
    Change(CHECKPOINT, 'run.generator.set_state(tensors["generator"])', "pass", TRAINING),
    Change(CHECKPOINT, 'run.average.load_state_dict(_part(tensors, "average."))', "pass", TRAINING),
    Change(CHECKPOINT, '"state": optimizer}', '"state": {}}', TRAINING),
    Change(
        "zoo/augment/warp.py",
        "moves = u[:, 4:6] * (2 * self.shift / SIDE)",
        "moves = u[:, 4:6] * (4 * self.shift / SIDE)",
        "tests/unit/augment",
    ),
    # figures
    Change(
        METRICS,
        "labels * num_classes + logits.argmax(1)",
        "logits.argmax(1) * num_classes + labels",
        "tests/unit/test_metrics.py",
    ),
    Change(METRICS, "gaps.abs().sum()", "gaps.sum()", "tests/unit/test_metrics.py"),
    Change(METRICS, "(len(values) - 1)", "len(values)", "tests/unit/test_metrics.py"),
    Change(METRICS, "if loss(left) < loss(right)", "if loss(left) > loss(right)", "tests/unit/test_metrics.py"),
    Change("zoo/runs/record.py", "if held_out else 1.0", "if held_out else 2.0", "tests/unit/runs/test_record.py"),
    # what is trusted
    Change(REGISTRY, "if digest != expected:", "if False:", READING),
    Change(REGISTRY, "if not tensor.isfinite().all():", "if False:", "tests/hostile/test_hostile_models.py"),
    Change("zoo/hub/client.py", "parent_commit=base.commit", "parent_commit=None", PUSHING),
    Change("zoo/hub/gate.py", "ours.value < theirs.value", "ours.value > theirs.value", PUSHING),
    Change("zoo/hub/gate.py", "> TOLERANCE", "> 1", PUSHING),
    Change(
        "zoo/hub/errors.py",
        'return text.replace(secret, "***") if secret else text',
        "return text",
        "tests/hub/test_faults.py",
    ),
    Change(
        "zoo/hub/lockfile.py",
        "== (repository, commit) and (wrong",
        "== (repository, repository) and (wrong",
        "tests/hub/test_pull.py",
    ),
    Change(
        "zoo/runs/jobs.py",
        "tuple(job.seed for job in jobs))",
        "config.metrics.seeds) if jobs else ()",
        "tests/unit/runs/test_jobs.py",
    ),
    Change("demos/frame/limits.py", "MAX_DEPTH = 20", "MAX_DEPTH = 2000", "tests/unit/demos/test_limits.py"),
    Change(
        "demos/frame/limits.py",
        "int(declared[:20]) > limit",
        "int(declared[:20]) > 1000 * limit",
        "tests/unit/demos/test_limits.py tests/hostile/test_hostile_requests.py",
    ),
    Change(
        "demos/frame/fairness.py",
        "self.open[address] >= self.most",
        "self.open[address] > self.most",
        "tests/unit/demos/test_fairness.py",
    ),
    Change(
        "demos/frame/controls.py",
        "return int(number) if whole else number",
        "return number",
        "tests/ui/test_explorers.py -k controls_take",
    ),
    # the browser's side
    Change(LAYERS, "Math.exp((logit - largest) / temperature)", "Math.exp(logit - largest)", BROWSER),
    Change(LAYERS, "((i + 0.5) * from) / to - 0.5", "(i * from) / to", BROWSER),
    Change(TUNING + "finetune.js", "share * (value - target[i])", "share * value", "tests/browser/test_tuning.py"),
    Change(TUNING + "finetune.js", "recipe.pull * (values", "-recipe.pull * (values", "tests/browser/test_tuning.py"),
    Change(
        TUNING + "scoring.py", "if numbers.isfinite().all() else", "if True else", "tests/unit/demos/test_tuning.py"
    ),
    Change(
        "demos/widgets/confusion/__init__.py",
        "np.argsort(sure if label == answer else -sure",
        "np.argsort(sure",
        "tests/unit/demos/test_confusion.py",
    ),
    Change(SUMS, "const from = (channel * channels + map)", "const from = (map * channels + channel)", BROWSER),
    Change(SUMS, "first + size - 1)]", "first + size)]", BROWSER),
    Change(SUMS, "share ? last : first", "last", BROWSER),
    Change(LAYERS, "(sum, pixel) => sum + pixel / pixels", "(sum, pixel) => sum + pixel", BROWSER),
    Change(
        LAYERS,
        "ReLU: elementwise((value) => (value > 0 ? value : 0))",
        "ReLU: elementwise((value) => (value > -0.1 ? value : 0))",
        BROWSER,
    ),
    Change("demos/widgets/network/familiarity.js", "const SCALE = 0.1;", "const SCALE = 0.2;", BROWSER),
    Change(
        "demos/widgets/network/classifier.js", "image[i] / (255 * std) - mean / std", "image[i] / (255 * std)", BROWSER
    ),
    Change(
        "demos/widgets/network/classifier.js", "if (!expected || !globalThis", "if (expected || !globalThis", BROWSER
    ),
    Change(
        "demos/widgets/pad/address.js",
        "((bits & 511) / STEPS) * side",
        "((bits & 255) / STEPS) * side",
        BROWSER,
    ),
    Change(
        "demos/frame/share.js",
        "field.value = location.href;",
        "field.value = document.baseURI;",
        "tests/ui/test_navigation.py -k passed_on",
    ),
    # equal in meaning
    Change(
        SCRATCH,
        "x = x / (x.norm() + 1e-7)",
        "x = x / (x.norm() + 2e-7)",
        PARITY,
        equal="both only keep a matrix of zeros from a division by 0",
    ),
    Change(
        "zoo/schedule.py",
        "if progress < WARM_UP else",
        "if progress <= WARM_UP else",
        TRAINING,
        equal="both halves are 1 where they meet",
    ),
]
