package io.flinklm.local.kafka;

import io.flinklm.topics.KafkaAddress;
import java.nio.file.Path;

/**
 * A Kafka of its own for a test: in a container where a Docker engine answers that has the image or
 * can get it, and in this process otherwise. The property {@code flinklm.kafka} asks for one of
 * them: {@code container}, which then must be there, or {@code process}.
 *
 * @param address HOST:PORT
 * @param server ends with the test
 */
public record TestedKafka(String address, AutoCloseable server) implements AutoCloseable {
  private static final KafkaImage IMAGE = KafkaImage.find(System.getProperty("flinklm.kafka", ""));

  /**
   * Starts a Kafka and returns once it answers.
   *
   * @param directory for what it keeps, if it keeps it here
   */
  public static TestedKafka start(Path directory) {
    if (IMAGE.isThere()) {
      return IMAGE.start();
    }
    Broker broker = Broker.start(directory, 0);
    return new TestedKafka(broker.address(), broker);
  }

  /** How clients find it. */
  public KafkaAddress kafka() {
    return KafkaAddress.of(address);
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (Exception e) {
      throw new IllegalStateException("Kafka at " + address + " does not end", e);
    }
  }
}
