package io.flinklm.job.predict;

import java.io.Serializable;

/**
 * What each subtask of {@code predict} may take of its machine, whoever asks and however much.
 *
 * @param tokensPerSecond that it reads and writes, on average
 * @param sessions that are remembered; the least recently used are forgotten first
 * @param sessionBytes that these may take, in every checkpoint too
 * @param waiting prompts that wait; one more is told that it is busy
 * @param waitingBytes that these may take, in every checkpoint too
 */
public record AnswerLimits(
    int tokensPerSecond, int sessions, long sessionBytes, int waiting, long waitingBytes)
    implements Serializable {
  private static final long MEBIBYTE = 1 << 20;

  /** The limits, unless a person chooses others. */
  public static final AnswerLimits DEFAULT =
      new AnswerLimits(10_000, 10_000, 32 * MEBIBYTE, 1_000, 8 * MEBIBYTE);

  /** The same with another budget of tokens and another number of sessions. */
  public AnswerLimits with(int otherTokensPerSecond, int otherSessions) {
    return new AnswerLimits(
        otherTokensPerSecond, otherSessions, sessionBytes, waiting, waitingBytes);
  }
}
