package io.flinklm.local.kafka;

import io.flinklm.UserMistake;
import io.flinklm.local.process.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;

/**
 * A Kafka broker: the server that keeps the topics' records in a log on disk and hands them to
 * whoever asks. This one is Kafka itself (KRaft, one node that is its own controller) inside this
 * process, and only this machine reaches it. What it has acknowledged outlives the process, even
 * one that is killed.
 */
public final class Broker implements AutoCloseable {
  /** The number of the one broker in its cluster. */
  public static final int NODE = 1;

  static final String CONTROLLER = "CONTROLLER";

  private final BrokerDirectory directory;
  private final String address;
  private final KafkaRaftServer server;

  private Broker(BrokerDirectory directory, Ports ports, Map<String, String> more) {
    this.directory = directory;
    this.address = Ports.HOST + ":" + ports.broker();
    Properties settings = settings(directory.path(), ports);
    settings.putAll(more);
    this.server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
  }

  /**
   * Starts a broker and returns once it answers. A directory that a broker used before goes on as
   * the same cluster with the same log, on whatever port.
   *
   * @param directory holds all that the broker keeps; made if it is not there
   * @param port where it listens, or 0 for any free port
   * @throws UserMistake if the port is taken, or the directory cannot be written or is in use
   */
  public static Broker start(Path directory, int port) {
    return start(directory, port, Map.of());
  }

  /** The same with more settings of Kafka's broker, in place of its own. */
  public static Broker start(Path directory, int port, Map<String, String> more) {
    sayThatTheProcessEnds();
    Ports ports = Ports.free(port);
    BrokerDirectory claimed = BrokerDirectory.open(directory.toAbsolutePath());
    try {
      Broker broker = new Broker(claimed, ports, more);
      broker.startUp();
      return broker;
    } catch (Exception e) {
      claimed.close();
      if (ExceptionUtils.findThrowable(e, BindException.class).isPresent()) {
        throw Ports.taken(port, e);
      }
      throw new IllegalStateException("Kafka did not start in " + directory, e);
    }
  }

  private void startUp() {
    try {
      server.startup();
      try (Admin admin = admin()) {
        answer(admin.describeCluster().nodes());
      }
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /** Where clients find it: host and port, as in Kafka's {@code bootstrap.servers}. */
  public String address() {
    return address;
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", address));
  }

  private static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }

  /** Ends the broker, with the log written out, and waits for that. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    directory.close();
  }

  private static Properties settings(Path directory, Ports ports) {
    Properties settings = new Properties();
    try (InputStream file = Broker.class.getResourceAsStream("broker.properties")) {
      settings.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String broker = "BROKER://" + Ports.HOST + ":" + ports.broker();
    String controller = Ports.HOST + ":" + ports.controller();
    settings.setProperty("node.id", String.valueOf(NODE));
    settings.setProperty("log.dirs", directory.toString());
    settings.setProperty("listeners", broker + "," + CONTROLLER + "://" + controller);
    settings.setProperty("advertised.listeners", broker);
    settings.setProperty("controller.quorum.voters", NODE + "@" + controller);
    return settings;
  }

  // Where it cannot go on (the disk is full), Kafka halts the process, and would not say so.
  private static void sayThatTheProcessEnds() {
    Exit.Procedure halt =
        (status, message) -> {
          System.err.println(
              "Kafka broke down and ends this process; the reason is in "
                  + System.getProperty("flinklm.log", "its log"));
          Runtime.getRuntime().halt(status);
        };
    Exit.setHaltProcedure(halt);
    Exit.setExitProcedure(halt);
  }
}
