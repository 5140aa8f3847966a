package io.flinklm.topics;

import io.flinklm.UserMistake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;

/**
 * A Kafka cluster as a client finds it, and which topics there are meant.
 *
 * @param bootstrap HOST:PORT of some of its brokers, separated by commas
 * @param client further properties of Kafka's clients, like those of security
 * @param naming what the topics that are meant are called, and the consumer groups
 */
public record KafkaAddress(String bootstrap, Map<String, Object> client, TopicNaming naming) {
  private static final int PATIENCE_MILLIS = 10_000;

  /**
   * Takes an address.
   *
   * @throws UserMistake if it is not a list of HOST:PORT
   */
  public KafkaAddress {
    servers(bootstrap);
    client = Map.copyOf(client);
  }

  /** The topics without a prefix. */
  public KafkaAddress(String bootstrap, Map<String, Object> client) {
    this(bootstrap, client, TopicNaming.PLAIN);
  }

  /** The same Kafka, where other topics are meant. */
  public KafkaAddress withTopicPrefix(String prefix) {
    return named(TopicNaming.of(prefix));
  }

  /** The same Kafka, where topics of other names are meant. */
  public KafkaAddress named(TopicNaming other) {
    return new KafkaAddress(bootstrap, client, other);
  }

  /**
   * The whole name of a topic.
   *
   * @param plain its name of {@link TopicNames}
   */
  public String named(String plain) {
    return naming.topic(plain);
  }

  /** An address that needs no further properties. */
  public static KafkaAddress of(String bootstrap) {
    return new KafkaAddress(bootstrap, Map.of());
  }

  /**
   * Asks the cluster for its brokers and waits 10 seconds for the answer.
   *
   * @throws UserMistake if none comes; the message says why
   */
  public void requireReachable() throws InterruptedException {
    Map<String, Object> patience =
        Map.of(
            CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
            PATIENCE_MILLIS / 2,
            CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG,
            PATIENCE_MILLIS);
    try (Admin admin = Admin.create(properties(patience))) {
      admin.describeCluster().nodes().get();
    } catch (ExecutionException e) {
      throw failure("it does not say who it is", e.getCause());
    } catch (KafkaException e) {
      throw failure("no client of it can be made", e);
    }
  }

  /** The properties of a client: what it prefers, overridden by what the person gave. */
  public Map<String, Object> properties(Map<String, Object> preferred) {
    Map<String, Object> properties = new HashMap<>(preferred);
    properties.putAll(client);
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    return properties;
  }

  /**
   * The properties of a consumer. It reads only what is committed, whatever the person gave: text
   * of a transaction that was aborted is no text.
   */
  public Map<String, Object> consumerProperties(Map<String, Object> preferred) {
    Map<String, Object> properties = properties(preferred);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return properties;
  }

  /** The further properties, as some clients want them. */
  public Properties clientProperties() {
    Properties properties = new Properties();
    properties.putAll(client);
    return properties;
  }

  /** The address alone: among the properties may be passwords. */
  @Override
  public String toString() {
    return bootstrap;
  }

  /**
   * Puts a client's failure into words, and looks what keeps a silent cluster from answering.
   *
   * @param what went wrong, where Kafka does answer
   * @param cause as the client gave it
   */
  public UserMistake failure(String what, Throwable cause) {
    return new UserMistake(
        new KafkaFailure(cause).message(bootstrap, servers(bootstrap), what), cause);
  }

  private static List<KafkaServer> servers(String bootstrap) {
    List<KafkaServer> servers = new ArrayList<>();
    for (String server : bootstrap.split(",", -1)) {
      servers.add(
          KafkaServer.parse(server)
              .orElseThrow(
                  () ->
                      new UserMistake(
                          "the Kafka address '"
                              + bootstrap
                              + "' is not HOST:PORT, like localhost:9092")));
    }
    return servers;
  }
}
