package io.flinklm.local.kafka;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The image of Kafka that tests run on, if there is a Docker engine that has it or can get it.
 *
 * @param isThere whether containers can be made of it
 */
record KafkaImage(boolean isThere) {
  private static final String NAME = "apache/kafka:4.2.0";
  private static final int PATIENCE_SECONDS = 120;

  // As in broker.properties: nothing makes a topic by asking for it, text stays, and a restart
  // waits for nobody.
  private static final Map<String, String> SETTINGS =
      Map.of(
          "KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false",
          "KAFKA_LOG_RETENTION_MS", "-1",
          "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "1",
          "KAFKA_HEAP_OPTS", "-Xmx384m -Xms128m");

  /**
   * Looks for it, and says on the screen what the tests run on.
   *
   * @param wish {@code container}, {@code process}, or empty for what there is
   */
  static KafkaImage find(String wish) {
    boolean isThere = !wish.equals("process") && canBeHad();
    if (wish.equals("container") && !isThere) {
      throw new IllegalStateException(
          "flinklm.kafka=container, but no Docker engine answers that has the image "
              + NAME
              + " or can get it");
    }
    System.out.println(
        isThere
            ? "These tests run on Kafka in a container, " + NAME
            : "These tests run on Kafka in their own process");
    return new KafkaImage(isThere);
  }

  private static boolean canBeHad() {
    try {
      return DockerClientFactory.instance().isDockerAvailable()
          && has(DockerClientFactory.lazyClient());
    } catch (RuntimeException e) {
      // The engine answers, but Testcontainers lacks an image of its own: CONTRIBUTING.md.
      System.out.println("No containers: " + e.getMessage());
      return false;
    }
  }

  private static boolean has(DockerClient docker) {
    try {
      docker.inspectImageCmd(NAME).exec();
      return true;
    } catch (NotFoundException e) {
      return canBePulled(docker);
    }
  }

  private static boolean canBePulled(DockerClient docker) {
    try {
      return docker.pullImageCmd(NAME).start().awaitCompletion(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  TestedKafka start() {
    KafkaContainer container = new KafkaContainer(NAME);
    container.withEnv(SETTINGS).start();
    return new TestedKafka(container.getBootstrapServers(), container::stop);
  }
}
