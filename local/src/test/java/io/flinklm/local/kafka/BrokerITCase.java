package io.flinklm.local.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.admin.TopicSetup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class BrokerITCase {
  private static final TopicPartition TEXT = new TopicPartition("text", 0);

  private static final long PATIENCE_MILLIS = 10_000;

  @TempDir Path directory;

  @Test
  void keepsClusterAndRecordsWhenItStartsAgainOnAnotherPort() throws Exception {
    byte[] notText = {0, -1, (byte) 0xc3, 10};
    String cluster;
    String address;
    try (Broker broker = Broker.start(directory.resolve("new/kafka"), 0)) {
      address = broker.address();
      cluster = cluster(broker);
      topics(broker).create("text", 1, Map.of());
      try (KafkaProducer<byte[], byte[]> producer = producer(broker)) {
        assertThat(write(producer, "7", notText, "epoch", "3").offset()).isEqualTo(0);
      }
      assertThat(read(broker)).hasSize(1);
    }

    try (ServerSocket formerPort = occupy(port(address));
        Broker broker = Broker.start(directory.resolve("new/kafka"), 0)) {
      assertThat(broker.address()).isNotEqualTo(address).doesNotEndWith(":" + port(formerPort));
      assertThat(cluster(broker)).isEqualTo(cluster);
      try (KafkaProducer<byte[], byte[]> producer = producer(broker)) {
        assertThat(write(producer, "8", new byte[0], "epoch", "4").offset()).isEqualTo(1);
      }

      List<ConsumerRecord<byte[], byte[]>> records = read(broker);
      assertThat(records).hasSize(2);
      assertThat(records.get(0).key()).isEqualTo("7".getBytes(UTF_8));
      assertThat(records.get(0).value()).isEqualTo(notText);
      assertThat(records.get(0).headers().lastHeader("epoch").value())
          .isEqualTo("3".getBytes(UTF_8));
      assertThat(records.get(1).key()).isEqualTo("8".getBytes(UTF_8));
      assertThat(records.get(1).value()).isEmpty();
    }
  }

  @Test
  void losesNothingThatWasAcknowledgedWhenItsProcessIsKilled() throws Exception {
    Path offsets = Files.createFile(directory.resolve("acknowledged"));
    Process process = killable(directory, offsets);
    try {
      while (process.isAlive() && newest(offsets) < 2000) {
        Thread.sleep(10);
      }
      assertThatThrownBy(() -> Broker.start(directory, 0))
          .isInstanceOf(UserMistake.class)
          .hasMessageStartingWith("a broker is already using " + directory);
    } finally {
      process.destroyForcibly().waitFor();
    }
    long acknowledged = newest(offsets);
    assertThat(acknowledged).isGreaterThanOrEqualTo(2000);

    try (Broker broker = Broker.start(directory, 0)) {
      topics(broker).create("text", 1, Map.of());
      List<ConsumerRecord<byte[], byte[]>> records = read(broker);
      assertThat(records.size()).isGreaterThan((int) acknowledged);
      for (int i = 0; i < records.size(); i++) {
        assertThat(new String(records.get(i).value(), UTF_8)).isEqualTo("line " + i);
      }
      try (KafkaProducer<byte[], byte[]> producer = producer(broker)) {
        assertThat(write(producer, "0", new byte[1], "epoch", "0").offset())
            .isEqualTo(records.size());
      }
    }
  }

  @Test
  void keepsTopicsAsTheyAre() throws Exception {
    try (Broker broker = Broker.start(directory, 0)) {
      topics(broker).create("text", 4, Map.of(TopicConfig.RETENTION_MS_CONFIG, "86400000"));
      topics(broker).create("text", 7, Map.of());
      assertThat(topics(broker).textEnd()).containsOnlyKeys(0, 1, 2, 3);
      try (Admin admin = admin(broker)) {
        assertThat(admin.listTopics().names().get()).containsExactly("text");
      }
    }
  }

  @Test
  void leavesNoThreadThatKeepsTheProcessAlive() throws Exception {
    Set<Thread> before = lasting();
    Broker broker = Broker.start(directory, 0);
    assertThat(lasting()).as("while it runs").hasSizeGreaterThan(before.size());
    broker.close();
    for (Thread thread : lasting()) {
      // Kafka tells its pools to end and does not wait for their last threads.
      if (!before.contains(thread)) {
        thread.join(PATIENCE_MILLIS);
      }
    }
    assertThat(lasting()).isEqualTo(before);
    assertThatCode(broker::close)
        .as("closed by the command and by its hook")
        .doesNotThrowAnyException();
  }

  @Test
  @EnabledOnOs(OS.LINUX) // Elsewhere 127.0.0.2 has to be set up first.
  void listensToThisMachineAlone() throws Exception {
    try (Broker broker = Broker.start(directory, 0);
        Admin admin = admin(broker);
        ServerSocket beside =
            new ServerSocket(
                port(broker.address()), 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}))) {
      assertThat(beside.isBound()).isTrue();
      assertThat(admin.describeCluster().nodes().get())
          .allSatisfy(
              node -> assertThat(node.host() + ":" + node.port()).isEqualTo(broker.address()));
    }
  }

  @Test
  void saysThatThePortIsTaken() throws Exception {
    try (ServerSocket taken = occupy(0)) {
      assertThatThrownBy(() -> Broker.start(directory, port(taken)))
          .isInstanceOf(UserMistake.class)
          .hasMessage("port " + port(taken) + " is taken; choose another with --port");
    }
    assertThatThrownBy(() -> Broker.start(directory, 65536))
        .isInstanceOf(UserMistake.class)
        .hasMessage("port 65536 does not exist; choose another with --port");
  }

  @Test
  void saysThatTheDirectoryIsNoPlaceForIt() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> Broker.start(file.resolve("kafka"), 0))
        .isInstanceOf(UserMistake.class)
        .hasMessageStartingWith("Kafka cannot write to " + file.resolve("kafka"))
        .hasMessageEndingWith("choose a directory that you can write");
    assertThatThrownBy(() -> Broker.start(directory.resolve("a,b"), 0))
        .isInstanceOf(UserMistake.class)
        .hasMessageStartingWith("Kafka takes no comma in the name of its directory");
  }

  @Test
  void doesNotShareItsDirectory() throws Exception {
    try (Broker broker = Broker.start(directory, 0)) {
      assertThatThrownBy(() -> Broker.start(directory, 0))
          .isInstanceOf(UserMistake.class)
          .hasMessageStartingWith("a broker is already using " + directory);
      topics(broker).create("text", 1, Map.of());
    }
  }

  /** Runs {@link Killable} in a process of its own. */
  private static Process killable(Path directory, Path offsets) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-Dflinklm.log=" + directory.resolve("flink-lm.log"),
            "-cp",
            System.getProperty("java.class.path"),
            Killable.class.getName(),
            directory.toString())
        .redirectOutput(offsets.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The last number that was printed in full, or -1. */
  private static long newest(Path offsets) throws Exception {
    String printed = Files.readString(offsets);
    List<String> lines = printed.substring(0, printed.lastIndexOf('\n') + 1).lines().toList();
    return lines.isEmpty() ? -1 : Long.parseLong(lines.get(lines.size() - 1));
  }

  /** Writes to its own broker without end and prints every offset that is acknowledged. */
  static final class Killable {
    private Killable() {}

    public static void main(String[] arguments) throws Exception {
      try (Broker broker = Broker.start(Path.of(arguments[0]), 0);
          KafkaProducer<byte[], byte[]> producer = producer(broker)) {
        topics(broker).create("text", 1, Map.of());
        for (int i = 0; ; i++) {
          byte[] line = ("line " + i).getBytes(UTF_8);
          var unused =
              producer.send(
                  new ProducerRecord<>("text", line),
                  (written, failure) -> System.out.println(written.offset()));
        }
      }
    }
  }

  private static TopicSetup topics(Broker broker) {
    return new TopicSetup(KafkaAddress.of(broker.address()));
  }

  private static KafkaProducer<byte[], byte[]> producer(Broker broker) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.address(), "acks", "all", "enable.idempotence", "true"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static RecordMetadata write(
      KafkaProducer<byte[], byte[]> producer, String key, byte[] value, String name, String header)
      throws Exception {
    var record = new ProducerRecord<>("text", 0, key.getBytes(UTF_8), value);
    record.headers().add(name, header.getBytes(UTF_8));
    return producer.send(record).get();
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(Broker broker) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(TEXT));
      consumer.seekToBeginning(List.of(TEXT));
      long end = consumer.endOffsets(List.of(TEXT)).get(TEXT);
      while (consumer.position(TEXT) < end) {
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    }
    return records;
  }

  private static Admin admin(Broker broker) {
    return Admin.create(Map.of("bootstrap.servers", broker.address()));
  }

  private static String cluster(Broker broker) throws Exception {
    try (Admin admin = admin(broker)) {
      return admin.describeCluster().clusterId().get();
    }
  }

  private static ServerSocket occupy(int port) throws Exception {
    return new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
  }

  private static int port(ServerSocket socket) {
    return socket.getLocalPort();
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1));
  }

  private static Set<Thread> lasting() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.isDaemon())
        .collect(Collectors.toSet());
  }
}
