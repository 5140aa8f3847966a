package io.flinklm.cli.chaos;

import io.flinklm.producer.LanePlan;
import io.flinklm.producer.LanePublisher;
import io.flinklm.producer.Pace;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.LaneRecord;
import io.flinklm.topics.TopicNames;
import java.util.ArrayList;
import java.util.List;

/**
 * A text that is published in equal portions, so that a training cannot come to its end before
 * something that is to happen on the way.
 */
final class TextPortions {
  private final KafkaAddress kafka;
  private final List<LaneRecord> records = new ArrayList<>();
  private final int portions;
  private int published;

  /**
   * A text of which nothing is published.
   *
   * @param portions how many
   */
  TextPortions(KafkaAddress kafka, LanePlan plan, int portions) {
    this.kafka = kafka;
    this.portions = portions;
    plan.forEach(records::add);
  }

  /** Publishes the next portion and returns when Kafka has it. */
  void publishNext() throws InterruptedException {
    List<LaneRecord> next = records.subList(border(published), border(published + 1));
    try (LanePublisher publisher = new LanePublisher(kafka, kafka.named(TopicNames.TEXT))) {
      publisher.publish(next, Pace.unlimited(), acknowledged -> {});
    }
    published++;
  }

  private int border(int portion) {
    return Math.toIntExact((long) records.size() * portion / portions);
  }
}
