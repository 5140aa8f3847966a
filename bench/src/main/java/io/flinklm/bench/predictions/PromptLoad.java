package io.flinklm.bench.predictions;

import io.flinklm.predict.Prediction;
import io.flinklm.predict.Prompt;
import io.flinklm.topics.client.PromptClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Prompts that are sent on a fixed schedule, whether or not those before them are answered (an open
 * loop), and their answers. The latency of a prompt counts from when it was due, so that a sender
 * that is held up hides nothing.
 *
 * @param client that sends and reads; nobody else uses it meanwhile
 * @param prompts in the order in which they are sent
 * @param sessions that they belong to, by turns
 * @param perSecond how many are sent
 */
record PromptLoad(PromptClient client, List<Prompt> prompts, int sessions, int perSecond) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * What became of the prompts.
   *
   * @param sent how many
   * @param answered how many had an answer, an error or not
   * @param errors how many had an error for an answer
   * @param lost ids of those without any answer
   * @param repeated answers beyond the first
   * @param latencies of the answered ones
   */
  record Outcome(
      int sent, int answered, int errors, List<String> lost, int repeated, Latencies latencies) {}

  /** Sends all and returns when each is answered, or none has been for a long time. */
  Outcome run() {
    long start = System.nanoTime();
    Map<String, Long> due = new HashMap<>();
    for (int i = 0; i < prompts.size(); i++) {
      due.put(prompts.get(i).id(), start + nanos(i));
    }
    CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> send(start));
    Map<String, Double> milliseconds = new HashMap<>();
    int errors = 0;
    int repeated = 0;
    long last = start + nanos(prompts.size());
    while (milliseconds.size() < due.size() && System.nanoTime() - last < PATIENCE.toNanos()) {
      for (Prediction prediction : client.next()) {
        Long since = due.get(prediction.id());
        if (since == null) {
          continue;
        }
        long now = System.nanoTime();
        last = Math.max(last, now);
        if (milliseconds.putIfAbsent(prediction.id(), (now - since) / 1e6) != null) {
          repeated++;
        } else if (prediction.error() != null) {
          errors++;
        }
      }
    }
    sender.join();
    List<String> lost = new ArrayList<>(due.keySet());
    lost.removeAll(milliseconds.keySet());
    return new Outcome(
        due.size(),
        milliseconds.size(),
        errors,
        lost,
        repeated,
        new Latencies(List.copyOf(milliseconds.values())));
  }

  private void send(long start) {
    for (int i = 0; i < prompts.size(); i++) {
      for (long left = start + nanos(i) - System.nanoTime();
          left > 0;
          left = start + nanos(i) - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      client.send("session " + i % sessions, prompts.get(i));
    }
  }

  private long nanos(int prompt) {
    return Duration.ofSeconds(1).toNanos() * prompt / perSecond;
  }
}
