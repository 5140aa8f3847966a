package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.cli.fixture.SecuredKafka;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.admin.TopicSetup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Kafka with access control that lets a training do less than it needs, or less than before. */
class MissingRightsITCase {
  private static final Map<String, String> CONTROL =
      Map.of(
          "authorizer.class.name",
          "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
          "super.users",
          "User:ANONYMOUS");

  @TempDir private static Path shared;
  private static SecuredKafka kafka;
  private static Admin admin;

  @TempDir private Path directory;

  @BeforeAll
  static void startBroker() throws Exception {
    kafka = SecuredKafka.start(shared, CONTROL);
    admin = Admin.create(kafka.open().properties(Map.of()));
    allow(new ResourcePattern(ResourceType.GROUP, "*", PatternType.LITERAL), AclOperation.READ);
  }

  @AfterAll
  static void stopBroker() {
    admin.close();
    kafka.close();
  }

  private static AclBinding binding(ResourcePattern resource, AclOperation operation) {
    return new AclBinding(
        resource, new AccessControlEntry("User:lm", "*", operation, AclPermissionType.ALLOW));
  }

  private static ResourcePattern topic(String name) {
    return new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL);
  }

  private static void allow(ResourcePattern resource, AclOperation... operations) throws Exception {
    List<AclBinding> all = new ArrayList<>();
    Arrays.stream(operations).forEach(operation -> all.add(binding(resource, operation)));
    admin.createAcls(all).all().get();
  }

  /** Topics on which the user may do all that a training does. */
  private static KafkaAddress topics(String prefix) throws Exception {
    KafkaAddress topics = kafka.open().withTopicPrefix(prefix);
    new TopicSetup(topics).createAll(1, Map.of());
    for (String name : List.of("text", "metrics", "prompts")) {
      allow(topic(topics.named(name)), AclOperation.READ, AclOperation.DESCRIBE_CONFIGS);
    }
    for (String name : List.of("metrics", "dead-letters", "predictions", "scores")) {
      allow(topic(topics.named(name)), AclOperation.WRITE);
    }
    return topics;
  }

  private static void take(KafkaAddress topics, String name, String operation) throws Exception {
    AclBinding right = binding(topic(topics.named(name)), AclOperation.valueOf(operation));
    admin.deleteAcls(List.of(right.toFilter())).all().get();
  }

  private static String lacks(String rights, String which) {
    return "Kafka at "
        + kafka.address()
        + " does not let this client "
        + rights
        + ": give its principal "
        + which;
  }

  private static String[] train(KafkaAddress topics, boolean streams, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--hidden=4", "--bptt=3", "--port=0", "--tokenizer=bytes"));
    arguments.add("--topic-prefix=" + topics.naming().prefix());
    arguments.addAll(streams ? List.of("--streams", "--batch=1") : List.of("--lanes=1"));
    arguments.addAll(List.of(more));
    return kafka.arguments("train", arguments.toArray(String[]::new));
  }

  @Test
  void whatIsMissingAtTheStartIsNamedBeforeAnythingBegins() throws Exception {
    KafkaAddress topics = topics("start-");
    take(topics, "metrics", "WRITE");
    take(topics, "dead-letters", "WRITE");
    take(topics, "prompts", "READ");
    allow(topic("start-dead-letters"), AclOperation.DESCRIBE);
    allow(topic("start-prompts"), AclOperation.DESCRIBE);

    assertThat(Command.here(directory, train(topics, true)).mistake())
        .isEqualTo(
            lacks(
                "WRITE the topic start-metrics, WRITE the topic start-dead-letters, READ the topic"
                    + " start-prompts",
                "these rights"));
    take(topics, "text", "READ");
    take(topics, "text", "DESCRIBE_CONFIGS");
    assertThat(Command.here(directory, train(topics, false)).mistake())
        .isEqualTo(lacks("DESCRIBE the topic start-text", "that right"));
  }

  @Test
  void replicasTellAndHearEachOther() throws Exception {
    KafkaAddress topics = topics("replicas-");
    new TopicSetup(topics).createReplicas();
    allow(topic("replicas-replicas"), AclOperation.DESCRIBE);
    String[] train =
        kafka.arguments(
            "train", "--topic-prefix=replicas-", "--tokenizer=bytes", "--lanes=2", "--replicas=2");

    assertThat(Command.here(directory, train).mistake())
        .isEqualTo(
            lacks(
                "READ the topic replicas-replicas, WRITE the topic replicas-replicas",
                "these rights"));
  }

  @ParameterizedTest
  @CsvSource({"false, text, READ", "true, metrics, WRITE", "true, metrics, READ"})
  void whatIsTakenAwayWhileItRunsEndsItAtTheFirstAttempt(
      boolean streams, String topic, String operation) throws Exception {
    String prefix = (topic + "-" + operation + "-" + streams + "-").toLowerCase(Locale.ROOT);
    KafkaAddress topics = topics(prefix);
    RunFiles files = new RunFiles(directory.resolve("out"));
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      CompletableFuture<Ended> command =
          CompletableFuture.supplyAsync(() -> Command.here(directory, train(topics, streams)));
      boolean taken = false;
      while (!command.isDone()) {
        send(producer, topics);
        Thread.sleep(20);
        if (!taken && files.reportsSoFar() > 0) {
          take(topics, topic, operation);
          taken = true;
        }
      }
      Ended ended = command.get();

      assertThat(ended.code()).as(ended.out() + ended.err()).isEqualTo(1);
      assertThat(ended.err())
          .hasLineCount(1)
          .contains(lacks(operation + " the topic " + prefix + topic, "that right"))
          .contains("; once that is mended: ./flink-lm train --bootstrap ");
      assertThat(ended.out()).doesNotContain("attempt", "\tat ");
    }
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        kafka.open().properties(Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, KafkaAddress topics)
      throws Exception {
    byte[] text = "text of the one lane or stream".getBytes(UTF_8);
    producer
        .send(
            new ProducerRecord<>(
                topics.named("text"), 0, System.currentTimeMillis(), "0".getBytes(UTF_8), text))
        .get();
  }
}
