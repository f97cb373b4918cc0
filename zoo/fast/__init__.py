"""The networks of zoo.models computed in the way that a CPU is fast at.

`networks` serves every network by the stages that it lists, layer by layer; `functions` holds the fast versions of layers.

`native` and `stages.c`, which `zoo train --compile` uses on a CPU, take LeNet-5's two stages of convolution through the
processor's nearest cache, an image at a time. They are worth their 250 lines because LeNet-5 is what the zoo trains longest, and
no library does it: torch.compile takes about twice as long for an epoch and ten times as long to compile. `zoo bench train
--compile` times both in one run; on cores that were shared with other work it was 2.1 s against 4.0 s for 16,384 images, and 8 s
against 88 s to compile. They are held equal to `models.LeNet5` by tests of its logits and gradients, for several batches, numbers
of threads and memory layouts, of NaN, and of forty steps of training. A network whose layers are others is never given to them,
and nobody needs a C compiler: --compile is an option.
"""
