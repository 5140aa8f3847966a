package io.flinklm.job.kafka;

import io.flinklm.job.kafka.RecordLimit.Smaller;
import io.flinklm.job.predict.SessionPrediction;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.wire.ReplicaPiece;
import io.flinklm.topics.Score;
import io.flinklm.topics.ScoreJson;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.TopicNaming;
import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The topics that the job writes, as its sinks. All are written at least once, and nothing in them
 * is larger than a record that the producer takes.
 *
 * @param bootstrap address of Kafka, HOST:PORT
 * @param client further properties of every producer
 * @param naming what the topics are called
 */
record WrittenTopics(String bootstrap, Properties client, TopicNaming naming) {
  // A request for each step's report costs Kafka, and whoever follows, more than all their text.
  private static final String REPORTS_LINGER_MILLIS = "100";
  private static final String AT_ONCE_MILLIS = "0";
  private static final String BYTES_OF_PIECE = Integer.toString(516 * 1024);

  /** Reports; written at least once, and soon rather than with the next checkpoint. */
  KafkaSink<Report> metrics() {
    // Its fields are numbers and names of ours: there is nothing to shorten.
    return sink(
        lingering(REPORTS_LINGER_MILLIS), WrittenTopics::report, (report, limit) -> report(report));
  }

  private static ProducerRecord<byte[], byte[]> report(Report report) {
    return new ProducerRecord<>(
        TopicNames.METRICS,
        report.model().getBytes(StandardCharsets.UTF_8),
        ReportJson.toBytes(report));
  }

  /** Predictions; written at least once, and each at once. */
  KafkaSink<SessionPrediction> predictions() {
    return sink(lingering(AT_ONCE_MILLIS), PredictionRecord::whole, PredictionRecord::error);
  }

  /** Scores; at least once. */
  KafkaSink<Score> scores() {
    return scores(TopicNames.SCORES);
  }

  /** Scores that are alerts; at least once. */
  KafkaSink<Score> alerts() {
    return scores(TopicNames.ALERTS);
  }

  private KafkaSink<Score> scores(String topic) {
    return sink(client, of -> score(topic, of), (of, limit) -> score(topic, of));
  }

  private static ProducerRecord<byte[], byte[]> score(String topic, Score score) {
    return new ProducerRecord<>(topic, score.key(), ScoreJson.toBytes(score));
  }

  /** What replicas tell each other; at least once, and at once. */
  KafkaSink<ReplicaPiece> replicas() {
    Properties producer = lingering(AT_ONCE_MILLIS);
    // A record is a batch of its own. Of this size the producer keeps buffers, and makes no
    // garbage.
    producer.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, BYTES_OF_PIECE);
    // A piece is cut so that a record holds it.
    return sink(producer, WrittenTopics::replica, (message, limit) -> replica(message));
  }

  private static ProducerRecord<byte[], byte[]> replica(ReplicaPiece piece) {
    byte[] key = String.valueOf(piece.replica()).getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(TopicNames.REPLICAS, key, piece.toBytes());
  }

  /** Dead letters, with the reason and the place they came from as headers; at least once. */
  KafkaSink<DeadLetter> deadLetters() {
    return sink(client, DeadLetterRecord::whole, DeadLetterRecord::part);
  }

  // A person's own properties go before these.
  private Properties lingering(String millis) {
    Properties producer = new Properties();
    producer.put(ProducerConfig.LINGER_MS_CONFIG, millis);
    producer.putAll(client);
    return producer;
  }

  private <T> KafkaSink<T> sink(Properties producer, Written<T> whole, Smaller<T> smaller) {
    // What is serialized must not hold the clients' properties.
    TopicNaming called = naming;
    return KafkaSink.<T>builder()
        .setBootstrapServers(bootstrap)
        .setKafkaProducerConfig(producer)
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setRecordSerializer(
            RecordLimit.of(producer)
                .keptBy(
                    (element, context, time) -> named(called, whole.record(element)),
                    (element, limit) -> named(called, smaller.record(element, limit))))
        .build();
  }

  private static ProducerRecord<byte[], byte[]> named(
      TopicNaming naming, ProducerRecord<byte[], byte[]> record) {
    String topic = naming.topic(record.topic());
    return topic.equals(record.topic())
        ? record
        : new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers());
  }

  /** The record that an element becomes. */
  @FunctionalInterface
  private interface Written<T> extends Serializable {
    ProducerRecord<byte[], byte[]> record(T element);
  }
}
