package io.flinklm.cli;

import io.flinklm.UserMistake;
import io.flinklm.application.options.KafkaClientOptions;
import io.flinklm.application.settings.InitialModel;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.run.RunSettings;
import io.flinklm.cli.run.StreamRun;
import io.flinklm.cli.run.TopicClaim;
import io.flinklm.local.kafka.Broker;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.admin.KeptTopics;
import io.flinklm.topics.admin.TopicSetup;
import java.util.Map;
import java.util.Optional;

/**
 * The Kafka that {@code flink-lm run} works on, one in this process or that of others, with its
 * topics claimed for the run.
 *
 * @param clients options of Kafka's clients
 */
record RunKafka(KafkaClientOptions clients) {

  /** What a run does on its Kafka. */
  @FunctionalInterface
  interface Work {
    /** Publishes and trains, and gives the exit code of the process. */
    int on(KafkaAddress kafka) throws Exception;
  }

  /**
   * Starts a run.
   *
   * @param ofText settings of the topic of text
   * @param initial model to start from
   */
  int start(
      RunSettings settings,
      Map<String, String> ofText,
      Optional<InitialModel> initial,
      OutDirectory out,
      Work work)
      throws Exception {
    boolean ownKafka = settings.bootstrap() == null;
    if (ownKafka) {
      out.begin(true, initial);
    }
    try (Broker broker = ownKafka ? Broker.start(out.kafka(), 0) : null) {
      KafkaAddress kafka = address(broker, settings);
      new TopicSetup(kafka).createAll(settings.partitions(), ofText);
      StreamRun.rights(settings, kafka).requireAll();
      new KeptTopics(kafka).requireKept(settings.hasReplicas());
      try (TopicClaim claim = TopicClaim.of(kafka, settings.lineage(), out)) {
        claim.requireOnlyOne();
        if (!ownKafka) {
          out.begin(false, initial);
        }
        return work.on(kafka);
      }
    }
  }

  /** Goes on with a run. */
  int resume(RunSettings settings, OutDirectory out, Work work) throws Exception {
    try (Broker broker = settings.bootstrap() == null ? Broker.start(out.kafka(), 0) : null) {
      KafkaAddress kafka = address(broker, settings);
      kafka.requireReachable();
      KeptTopics topics = new KeptTopics(kafka);
      topics.requireAll();
      StreamRun.rights(settings, kafka).requireAll();
      topics.requireKept(settings.hasReplicas());
      try (TopicClaim claim = TopicClaim.of(kafka, settings.lineage(), out)) {
        claim.requireOnlyOne();
        return work.on(kafka);
      }
    }
  }

  private KafkaAddress address(Broker broker, RunSettings settings) {
    if (broker != null && clients.isGiven()) {
      throw new UserMistake(
          "--kafka-property and --kafka-properties are for a Kafka that is there already: give"
              + " --bootstrap too");
    }
    KafkaAddress kafka =
        broker == null ? clients.address(settings.bootstrap()) : KafkaAddress.of(broker.address());
    return kafka.named(settings.topics());
  }
}
