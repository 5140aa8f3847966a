package io.flinklm.local.process;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A Kafka broker in a process of its own, which can be killed and started again. */
public final class KafkaProcess implements AutoCloseable {
  private static final int HEAP_MEGABYTES = 384;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final long PAUSE_MILLIS = 100;

  private final ClassPath classPath;
  private final Path directory;
  private final int port = Ports.free(0).broker();
  private JavaProcess process;
  private int started;

  private KafkaProcess(ClassPath classPath, Path directory) {
    this.classPath = classPath;
    this.directory = directory;
  }

  /** Starts a broker and returns once it answers. */
  public static KafkaProcess start(ClassPath classPath, Path directory)
      throws IOException, InterruptedException {
    KafkaProcess kafka = new KafkaProcess(classPath, directory);
    try {
      kafka.launch();
      return kafka;
    } catch (Exception | Error e) {
      kafka.close();
      throw e;
    }
  }

  private void launch() throws IOException, InterruptedException {
    process =
        JavaProcess.start(
            "kafka-" + ++started,
            directory.resolve("processes"),
            HEAP_MEGABYTES,
            classPath.all(),
            classPath.main().getName(),
            List.of("broker", "--out", directory.toString(), "--port", Integer.toString(port)));
    awaitAnswer();
  }

  private void awaitAnswer() throws InterruptedException {
    long started = System.nanoTime();
    while (true) {
      try {
        address().requireReachable();
        return;
      } catch (UserMistake e) {
        if (!process.isAlive() || System.nanoTime() - started > PATIENCE_NANOS) {
          throw new IllegalStateException("Kafka did not start; see " + directory, e);
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** Where the broker is. */
  public KafkaAddress address() {
    return KafkaAddress.of(Ports.HOST + ":" + port);
  }

  /** Ends the broker with SIGKILL, starts it again on the same log, and returns once it answers. */
  public void killAndStart() throws IOException, InterruptedException {
    kill();
    startAgain();
  }

  /** Ends the broker with SIGKILL. */
  public void kill() throws InterruptedException {
    process.kill();
  }

  /** Starts a broker that has ended again, on the same log, and returns once it answers. */
  public void startAgain() throws IOException, InterruptedException {
    launch();
  }

  @Override
  public void close() {
    process.close();
  }
}
