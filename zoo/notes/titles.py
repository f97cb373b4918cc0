"""What each part of the notes is about, in both languages; of section F: what is right where the notes are wrong."""

from zoo.text import Text

TITLES: dict[str, Text] = {
    "A1": Text("linear regression: from scratch, concise, closed form", "线性回归：从零实现、简洁实现、解析解"),
    "A2": Text("one weight, by a hand-derived gradient and by torch.nn", "一个权重：手推梯度与 torch.nn"),
    "A3": Text("two-layer ReLU net, by hand and by autograd", "两层 ReLU 网络：手算与 autograd"),
    "A4": Text("curve fitting, 1-10-1", "曲线拟合，1-10-1"),
    "A5": Text("softmax regression, Fashion-MNIST", "softmax 回归，Fashion-MNIST"),
    "A6": Text("MLP 784-256-10, Fashion-MNIST", "多层感知机 784-256-10，Fashion-MNIST"),
    "A7": Text("MLP 784-256-128-10, Fashion-MNIST", "多层感知机 784-256-128-10，Fashion-MNIST"),
    "A8": Text("MLP 784-256-128-10 with AdamW, Fashion-MNIST", "多层感知机 784-256-128-10，用 AdamW，Fashion-MNIST"),
    "A9": Text(
        "MLP 784-256-256-10 with dropout, Fashion-MNIST", "多层感知机 784-256-256-10，带 dropout，Fashion-MNIST"
    ),
    "A10": Text("LeNet-5, MNIST", "LeNet-5，MNIST"),
    "A11": Text("weight decay on an overfit linear regression", "过拟合的线性回归上的权重衰减"),
    "B": Text("activation functions", "激活函数"),
    "C": Text("loss functions", "损失函数"),
    "D": Text("optimizers: final points", "优化器：终点"),
    "E": Text("autograd, convolution, dropout, weight decay", "autograd、卷积、dropout、权重衰减"),
    "F1": Text(
        "softmax before CrossEntropyLoss does make a difference", "在 CrossEntropyLoss 之前加 softmax 确实有影响"
    ),
    "F2": Text("Adam divides by 1 − βᵗ, not by 1 − β at every step", "Adam 除以 1 − βᵗ，而不是每一步都除以 1 − β"),
    "F3": Text(
        "the hand-worked sums 1.5254 and 1.3169 belong to other inputs than the code's",
        "手算的 1.5254 和 1.3169 用的输入与代码中的不同",
    ),
    "F4": Text(
        "exp overflows unless the row's maximum is subtracted, and log 0 is −inf",
        "不先减去每行的最大值，exp 就会溢出；log 0 是 −inf",
    ),
    "F5": Text(
        "an init function that compares `type == nn.Linear` never fires; isinstance(layer, nn.Linear) is meant",
        "比较 `type == nn.Linear` 的初始化函数从不生效；应为 isinstance(layer, nn.Linear)",
    ),
    "F6": Text("labels of the two-layer net need N rows, not H", "两层网络的标签应有 N 行，而不是 H 行"),
    "F7": Text(
        "averaging per-batch accuracies weights the last, smaller batch too much: sum the hits, divide by the rows",
        "对各批的精度取平均会让较小的最后一批占比过大：应把正确的个数相加，再除以行数",
    ),
    "F8": Text(
        "batch means, summed and divided by the number of samples, are about 1/256 of the loss",
        "各批的平均损失相加后再除以样本数，约为真实损失的 1/256",
    ),
    "F9": Text(
        "reduction='none' leaves a vector, of which backward() needs a sum or a mean first",
        "reduction='none' 得到的是向量，要先求和或取平均才能 backward()",
    ),
    "F10": Text("eval() does not stop gradients; no_grad() does", "eval() 不会停止梯度计算，no_grad() 才会"),
    "F11": Text(
        "unit-variance weights saturate tanh; it is small weights that make the signal shrink",
        "方差为 1 的权重使 tanh 饱和；让信号缩小的是过小的权重",
    ),
    "F12": Text(
        "formulas: softmax takes exp(v_i); torch's ReLU'(0) is 0; an activation keeps layers apart; x cos(c x) has its c",
        "公式：softmax 用的是 exp(v_i)；torch 的 ReLU'(0) 为 0；有激活函数，各层才不会合并；x cos(c x) 不能少了 c",
    ),
    "F13": Text(
        "the weighted mean of cross entropy is divided by the sum of the weights, not by N",
        "加权平均的交叉熵除以权重之和，而不是 N",
    ),
    "F14": Text(
        "weight_decay λ means the penalty λ/2 ‖w‖²; MSE without the ½ doubles the pull of the data",
        "weight_decay 取 λ 相当于惩罚项 λ/2 ‖w‖²；不带 ½ 的均方误差使数据的拉力加倍",
    ),
    "F15": Text(
        "inverted dropout needs no scaling at test time; the classic form scales by 1 − p, not by p",
        "反向 dropout 在测试时无需缩放；经典形式乘以 1 − p，而不是 p",
    ),
    "F16": Text(
        "Nesterov momentum does not prevent oscillation: at lr 0.6 it diverges, at lr 0.3 it does not",
        "Nesterov 动量并不能防止振荡：学习率 0.6 时发散，0.3 时不发散",
    ),
    "F17": Text(
        "x cos(0.15πx): −1.528 is short of a minimum, and there is a lower one, reached with lr 0.1",
        "x cos(0.15πx)：−1.528 还没到极小值，而且另有更低的极小值，学习率 0.1 就能到达",
    ),
    "F18": Text(
        "‖w‖ ≈ 13 without decay is mostly the starting norm, hardly learned",
        "没有衰减时 ‖w‖ ≈ 13 主要是初始范数，几乎不是学来的",
    ),
    "F19": Text(
        "convolution and pooling were there before LeNet: in the Neocognitron (Fukushima 1980)",
        "卷积和池化在 LeNet 之前就有了：Neocognitron（Fukushima 1980）",
    ),
    "F20": Text(
        "information is −log p, not inversely proportional to p: an eighth tells three times as much as a half, not four times",
        "信息量是 −log p，并不与 p 成反比：概率八分之一的信息量是二分之一的三倍，不是四倍",
    ),
    "F21": Text(
        "cross entropy weighs each −log q by p: for a one-hot label one term is left, not −Σ log q over all classes",
        "交叉熵用 p 给每个 −log q 加权：标签为独热编码时只剩一项，而不是对所有类别求 −Σ log q",
    ),
    "F22": Text(
        "x cos(cx) has infinitely many local minima and no lowest: its valleys grow without bound",
        "x cos(cx) 有无穷多个局部极小值，却没有最小值：谷底无限加深",
    ),
    "F23": Text(
        "the sum over a batch runs from 1 to its size, or from 0 to one less",
        "对一批求和是从 1 到批量大小，或从 0 到批量大小减 1",
    ),
    "F24": Text(
        "δ + √r in the formula and √(r + ε) in the code are not the same, least of all for small gradients",
        "公式中的 δ + √r 与代码中的 √(r + ε) 并不相同，梯度小时相差最大",
    ),
    "F25": Text(
        "the heading “AdaGrad, 50 iterations” stands over 20 steps of their Adam",
        "标题“AdaGrad，50 次迭代”下面其实是其 Adam 的 20 步",
    ),
    "F26": Text(
        "dropout does not shrink weights “the same way” as L2: only decay moves a weight whose gradient is 0",
        "dropout 并不像 L2 那样“同样地”缩小权重：梯度为 0 时，只有衰减会改变权重",
    ),
    "F27": Text(
        "not softmax “then cross entropy”: nn.CrossEntropyLoss takes the logits",
        "不是先 softmax“再交叉熵”：nn.CrossEntropyLoss 接收的是 logits",
    ),
    "F28": Text(
        "the natural log gives nats; for bits divide by log 2", "自然对数得到的单位是纳特；要换成比特须除以 log 2"
    ),
    "F29": Text(
        "learing_rate and torch.autogtad are misspelled: lr, torch.autograd",
        "learing_rate 和 torch.autogtad 拼错了：应为 lr、torch.autograd",
    ),
    "F30": Text(
        "loss.data[0] no longer indexes a loss, which has no dimensions: loss.item()",
        "损失没有维度，不能再用 loss.data[0] 取值：应为 loss.item()",
    ),
}
"""By key, in order."""
