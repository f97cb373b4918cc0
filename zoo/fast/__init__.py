"""The networks of zoo.models computed in the way that a CPU is fast at.

`networks` serves every network by the stages that it lists, layer by layer; `functions` holds the fast versions of layers.

`native` and `stages.c`, which `zoo train --compile` uses on a CPU, take LeNet-5's two stages of convolution through the processor's
nearest cache, an image at a time. They are worth their 250 lines because LeNet-5 is what the zoo trains longest, and no library does
it: torch.compile takes about twice as long for an epoch and ten times as long to compile (`zoo bench train --compile` times both in
one run; on two cores that were shared with other work 2.1 s against 4.0 s for 16,384 images, 8 s against 88 s to compile). They are
held equal to `models.LeNet5` by tests of logits and gradients for several batches, threads and memory layouts, of NaN, and of forty
steps of training; a network whose layers are others is never given to them; and nobody needs a compiler, as it is an option.
"""
