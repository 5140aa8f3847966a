package io.flinklm.job.predict;

import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.models.PublishedWeights;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.predict.LoadedModel;
import io.flinklm.predict.LoadedModel.Answer;
import io.flinklm.predict.LoadedModel.Frame;
import io.flinklm.predict.Memory;
import io.flinklm.predict.Prompt;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.flink.api.common.operators.MailboxExecutor;

/**
 * The thread on which the prompts of a subtask are answered, with the newest weights that there
 * are. The task's own thread stays free for barriers, weights and further prompts, and gets each
 * answer as a mail. Of weights that come while it answers only the newest are taken up.
 */
final class Answering implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final Frame frame;
  private final DeviceChoice device;
  private final MailboxExecutor mailbox;
  private final Bucket budget;
  private final ExecutorService thread;
  private final AtomicReference<Callable<LoadedModel>> newest = new AtomicReference<>();
  private volatile long step;

  // Of the thread alone.
  private LoadedModel model;

  /**
   * Starts the thread.
   *
   * @param frame of the weights that will come
   * @param mailbox of the task
   * @param tokensPerSecond that prompts may cost on average
   * @param name of the thread
   */
  Answering(
      Frame frame, DeviceChoice device, MailboxExecutor mailbox, int tokensPerSecond, String name) {
    this.frame = frame;
    this.device = device;
    this.mailbox = mailbox;
    this.budget =
        Bucket.builder()
            .addLimit(
                limit ->
                    limit
                        .capacity(tokensPerSecond)
                        .refillGreedy(tokensPerSecond, Duration.ofSeconds(1)))
            .build();
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = new Thread(work, name);
              made.setDaemon(true);
              return made;
            });
  }

  /** The step of the weights that answer; 0 before the first. */
  long step() {
    return step;
  }

  /** Answers with weights that have come, from the next prompt on. */
  void takeUp(PublishedWeights weights, Runnable then) {
    takeUp(
        () ->
            LoadedModel.load(frame, weights.step(), weights.safetensors(), PyTorch.device(device)),
        then);
  }

  /** Answers with a model of its own, from the next prompt on. */
  void takeUp(TrainedModel pinned, Runnable then) {
    takeUp(
        () ->
            LoadedModel.load(
                frame,
                pinned.step(),
                pinned.sha256(),
                pinned.safetensors(),
                PyTorch.device(device)),
        then);
  }

  private void takeUp(Callable<LoadedModel> weights, Runnable then) {
    if (newest.getAndSet(weights) == null) {
      perform(
          () -> {
            LoadedModel loaded = newest.getAndSet(null).call();
            closeModel();
            model = loaded;
            step = loaded.step();
            mailbox.execute(then::run, "weights of step %s", step);
          });
    }
  }

  /**
   * Answers a prompt, once there are weights.
   *
   * @param before what is remembered of its session
   * @param then gets the answer, on the task's thread
   */
  void answer(Prompt prompt, Memory before, Consumer<Answer> then) {
    perform(
        () -> {
          long nanos = budget.consumeIgnoringRateLimits(model.cost(prompt));
          TimeUnit.NANOSECONDS.sleep(nanos);
          Answer answer = model.answer(prompt, before);
          mailbox.execute(() -> then.accept(answer), "answer to a prompt");
        });
  }

  /** Something that the thread does; what it fails with, the task fails with. */
  @FunctionalInterface
  private interface Work {
    void run() throws Exception;
  }

  private void perform(Work work) {
    thread.execute(
        () -> {
          try {
            work.run();
          } catch (InterruptedException | RejectedExecutionException e) {
            // It is being closed, or the task takes no more mails: nobody waits for this.
            Thread.currentThread().interrupt();
          } catch (Exception | Error e) {
            mailbox.execute(
                () -> {
                  throw new IllegalStateException("prompts can no longer be answered", e);
                },
                "failure");
          }
        });
  }

  private void closeModel() {
    if (model != null) {
      model.close();
    }
  }

  /** Ends the thread, after the prompt that it is reading. */
  @Override
  public void close() throws InterruptedException {
    thread.shutdownNow();
    if (thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      closeModel();
    }
  }
}
