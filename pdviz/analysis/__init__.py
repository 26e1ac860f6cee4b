"""Questions about a kernel or a stack, answered with numbers, one room per subject.

    question                                            entrance
    how many taps, how long, and what is saved?         stack.kernel_numbers
    which inputs does an output see?                    receptive_field.receptive_field
    which outputs does an input reach?                  receptive_field.projective_field
    does the hybrid-dilation criterion hold?            receptive_field.hybrid_dilation
    how much does each input count?                     effective_field.effective_field
    … with random weights, on average?                  effective_field.expected_field
    what happens to each frequency?                     spectrum.spectrum, spectrum.images
    how do dense and plain dilated stacks compare?      rivals.rivals, rivals.compare
    what does each way of making the kernel cost?       cost.cost
    how do the parameters learn?                        training.run.record_run
    what does the layer make of a signal?               signal.run.run_signal, signal.window_at

Every entrance is a pure function from small inputs to a frozen dataclass of read-only arrays. Each
room has proofs, in which independent methods give the same numbers; see `proof`. No room imports
torch, but for its modules `proofs`, `measured`, `module`, `probe` and `run`, and all of `training`
but its targets.
"""
