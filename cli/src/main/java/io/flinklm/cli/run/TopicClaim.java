package io.flinklm.cli.run;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.client.MetricsFollower;
import io.flinklm.train.Report;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training's claim to its topics: as long as its process lives, no other training can begin on
 * them. It is the membership in a consumer group, whose member's client id is the lineage and the
 * place of the results; Kafka itself ends it some seconds after the process has died. What the
 * member is given to read is paused: it reads nothing.
 */
public final class TopicClaim implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicClaim.class);
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final Duration CLOSING = Duration.ofSeconds(2);

  // Brokers take no less than 6 seconds, unless they are told to.
  private static final int SESSION_MILLIS = 10_000;
  private static final int HEARTBEAT_MILLIS = 2_000;

  // So long a member is there whose process was killed: one session, and one more if it waited
  // itself then for Kafka to take note of another one's death.
  private static final Duration PATIENCE = Duration.ofMillis(2 * SESSION_MILLIS + 5_000);
  private static final Duration LISTENING = Duration.ofSeconds(3);
  private static final long PAUSE_MILLIS = 50;

  private final KafkaAddress kafka;
  private final String lineage;
  private final String client;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread member = new Thread(this::stay, "claim");
  private final AtomicInteger joined = new AtomicInteger();
  private volatile boolean closed;
  private volatile KafkaException failure;

  private TopicClaim(KafkaAddress kafka, String lineage, OutDirectory out) {
    this.kafka = kafka;
    this.lineage = lineage;
    this.client = lineage + " " + out.path();
    Map<String, Object> properties =
        kafka.consumerProperties(
            Map.of(
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MILLIS));
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, kafka.naming().groupOfTrainings());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, client);
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Claims the topics of a training, which must be there, whoever else has. */
  public static TopicClaim of(KafkaAddress kafka, String lineage, OutDirectory out) {
    TopicClaim claim = new TopicClaim(kafka, lineage, out);
    claim.member.setDaemon(true);
    claim.member.start();
    return claim;
  }

  private void stay() {
    try {
      consumer.subscribe(List.of(kafka.named(TopicNames.METRICS)), new Joining());
      while (!closed) {
        int before = joined.get();
        var unused = consumer.poll(WAIT);
        if (before == 0 && joined.get() == 1) {
          consumer.enforceRebalance("who has joined before this one and died since?");
        }
      }
    } catch (WakeupException e) {
      LOG.debug("the claim to the topics is given up", e);
    } catch (KafkaException e) {
      LOG.warn("the claim to the topics has ended", e);
      failure = e;
    } finally {
      consumer.close(CloseOptions.timeout(CLOSING));
    }
  }

  /** Counts how often the group has formed anew, and reads nothing of what it gives. */
  private final class Joining implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      consumer.pause(partitions);
      joined.incrementAndGet();
    }
  }

  /**
   * Returns once no other training is on these topics. One that has just died is waited for; one
   * that lives is not.
   *
   * @throws UserMistake if another one lives; the message names it
   */
  public void requireOnlyOne() throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (Admin admin = Admin.create(kafka.properties(Map.of()))) {
      Group group = group(admin);
      while (failure == null && System.nanoTime() < deadline && !isDecided(group)) {
        Thread.sleep(PAUSE_MILLIS);
        group = group(admin);
      }
      for (MemberDescription other : others(group.members())) {
        throw taken(
            other.clientId().replaceFirst(" ", ", with its results in ") + " on " + host(other));
      }
      if (failure != null) {
        throw new ExecutionException(failure);
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof AuthorizationException)) {
        throw e;
      }
      // Where others give the rights, a training without this one is still a training.
      LOG.warn("no right to look whether another training is on the topics", e.getCause());
    }
    requireNoOtherReports();
  }

  private static String host(MemberDescription member) {
    return member.host().replaceFirst("^/", "");
  }

  /** The group as Kafka knows it; it is stable between two times that it forms. */
  private record Group(boolean isStable, List<MemberDescription> members) {}

  // Whenever the group forms anew, Kafka waits for each member to join again, or for the end of its
  // session. The first time it may have begun before this process came; so whoever is still there
  // behind the second time lives.
  private boolean isDecided(Group group) {
    return others(group.members()).isEmpty()
        ? group.members().stream().anyMatch(member -> member.clientId().equals(client))
        : joined.get() > 1 && group.isStable();
  }

  // Of its own lineage is the process that was killed and is gone on with.
  private List<MemberDescription> others(List<MemberDescription> members) {
    return members.stream().filter(other -> !other.clientId().startsWith(lineage + " ")).toList();
  }

  private Group group(Admin admin) throws Exception {
    String group = kafka.naming().groupOfTrainings();
    try {
      ConsumerGroupDescription found =
          admin.describeConsumerGroups(List.of(group)).all().get().get(group);
      return new Group(found.groupState() == GroupState.STABLE, List.copyOf(found.members()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return new Group(false, List.of());
      }
      throw e;
    }
  }

  // A job on a cluster has no process of ours that could claim; but what it reports is seen.
  private void requireNoOtherReports() {
    try (MetricsFollower follower = MetricsFollower.withPast(kafka, 1)) {
      Optional<Report> last = follower.rest().stream().reduce((a, b) -> b);
      if (last.isEmpty() || last.get() instanceof Report.RunEnd || isOwn(last.get())) {
        return;
      }
      long deadline = System.nanoTime() + LISTENING.toNanos();
      while (System.nanoTime() < deadline) {
        for (Report report : follower.next()) {
          if (!isOwn(report)) {
            throw taken(
                (report.lineage() == null ? "one without a lineage" : report.lineage())
                    + ", which has just reported step "
                    + report.step());
          }
        }
      }
    }
  }

  private boolean isOwn(Report report) {
    return lineage.equals(report.lineage());
  }

  private UserMistake taken(String other) {
    return new UserMistake(
        "another training uses the topics at "
            + kafka
            + ": "
            + other
            + "; end it first, or give this one topics of its own with --topic-prefix");
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    consumer.wakeup();
    member.join();
  }
}
