package io.flinklm.topics;

/** The names of the topics, before which a prefix may come. */
public final class TopicNames {
  /** Text, keyed by lane. */
  public static final String TEXT = "text";

  /** Reports, keyed by the name of the model. */
  public static final String METRICS = "metrics";

  /** Records that cannot be used, as received. */
  public static final String DEAD_LETTERS = "dead-letters";

  /** Scores of records of text, keyed by lane or stream. */
  public static final String SCORES = "scores";

  /** The scores among them that are unusual for their lane or stream, keyed likewise. */
  public static final String ALERTS = "alerts";

  /** Prompts, keyed by session. */
  public static final String PROMPTS = "prompts";

  /** Predictions, keyed by session. */
  public static final String PREDICTIONS = "predictions";

  /** What replicas tell each other at the end of a round, keyed by replica. */
  public static final String REPLICAS = "replicas";

  private TopicNames() {}
}
