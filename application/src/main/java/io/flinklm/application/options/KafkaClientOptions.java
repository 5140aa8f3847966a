package io.flinklm.application.options;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Properties of every Kafka client of a command, security for one: those of the sources and sinks
 * of its job, of its producer, and of whatever looks at topics. They are kept nowhere.
 */
public final class KafkaClientOptions {
  @Option(
      names = "--kafka-property",
      paramLabel = "NAME=VALUE",
      description =
          "A property of Kafka's clients, security.protocol=SSL for one; may be repeated.")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Option(
      names = "--kafka-properties",
      paramLabel = "FILE",
      description =
          "A file of such properties; the place for passwords. Its values may name environment"
              + " variables and files by Kafka's config.providers.")
  private Path file;

  @Mixin private TopicOptions topics;

  /** Whether there are any; not whether topics have names. */
  public boolean isGiven() {
    return file != null || !properties.isEmpty();
  }

  /**
   * A Kafka with these properties.
   *
   * @throws UserMistake if the file cannot be read
   */
  public KafkaAddress address(String bootstrap) {
    Map<String, Object> all = new HashMap<>();
    if (file != null) {
      all.putAll(read());
    }
    all.putAll(properties);
    return topics.on(new KafkaAddress(bootstrap, all));
  }

  /** What the topics are called. */
  public TopicOptions topics() {
    return topics;
  }

  private Map<String, String> read() {
    if (!Files.isRegularFile(file)) {
      throw new UserMistake("there is no file " + file + ", given by --kafka-properties");
    }
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      read.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserMistake(
          "cannot read the properties of --kafka-properties " + file + ": " + e.getMessage(), e);
    }
    Map<String, String> all = new HashMap<>();
    read.stringPropertyNames().forEach(name -> all.put(name, read.getProperty(name)));
    return all;
  }
}
