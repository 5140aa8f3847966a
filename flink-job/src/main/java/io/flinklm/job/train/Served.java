package io.flinklm.job.train;

/** Which of a training's weights answer prompts. */
public enum Served {
  /** The newest that were published. */
  LATEST,
  /** Those that expected the validation text best; before the first evaluation the newest. */
  BEST
}
