package io.flinklm.train;

/**
 * Told when each part of a training step has ended, in their order: for benchmarks. On a GPU a part
 * has ended when the engine has been told of it, not when it is done.
 */
@FunctionalInterface
public interface StepListener {

  /** Wants to know nothing. */
  StepListener NONE = part -> {};

  /** A part of a training step. */
  enum Part {
    /** The batch's tokens and hidden states come into the engine. */
    ASSEMBLE,
    /** From tokens to logits. */
    FORWARD,
    /** Cross entropy and the regularizer. */
    LOSS,
    /** The gradients. */
    BACKWARD,
    /**
     * The other shards, which this thread computes too or waits for, and the sum of all gradients.
     */
    SUM,
    /** The numbers of the report and the norm of the gradients come out of the engine. */
    REPORT,
    /** The optimizer's update of weights and moments. */
    UPDATE,
    /** The hidden states are kept, and what else the step made is let go. */
    STATE
  }

  /** A part has ended; what comes now is the next one. Not all parts end on the same thread. */
  void ended(Part part);
}
