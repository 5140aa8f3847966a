package io.flinklm.job.kafka;

import io.flinklm.job.kafka.RecordLimit.Smaller;
import io.flinklm.job.predict.SessionPrediction;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.PromptRecord;
import io.flinklm.job.record.RecordHeader;
import io.flinklm.job.record.TextRecord;
import io.flinklm.topics.Score;
import io.flinklm.topics.ScoreJson;
import io.flinklm.topics.TopicNames;
import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The Kafka topics of the job, as its sources and sinks.
 *
 * @param bootstrap address of Kafka, HOST:PORT
 * @param client further properties of every Kafka client, security for one
 * @param prefix of the names of all its topics and consumer groups, so that two trainings can share
 *     a Kafka; empty for none
 */
public record Topics(String bootstrap, Properties client, String prefix) {
  private static final String TEXT_GROUP = "flink-lm";
  private static final String PROMPTS_GROUP = "flink-lm-prompts";

  // Text of a transaction that was aborted is no text.
  private static final String COMMITTED = "read_committed";

  // A consumer hands out a whole fetch of one partition before that of the next: what its lanes
  // are ahead then waits for the others, and is in every checkpoint.
  private static final String FETCHED_BYTES = Integer.toString(4 * 1024);

  // Four fetches are on their way when a partition is paused; its records may be long.
  private static final String FETCHED_RECORDS = "64";

  // A request for each step's report costs Kafka, and whoever follows, more than all their text.
  private static final String REPORTS_LINGER_MILLIS = "100";
  private static final String AT_ONCE_MILLIS = "0";

  /** Text between offsets: from those of {@code start} up to and without those of {@code end}. */
  public Source<TextRecord, ?, ?> textBetween(
      Map<Integer, Long> start, Map<Integer, Long> end, OnLostText onLostText) {
    return source(text(new TextStart(start)).setBounded(offsets(TopicNames.TEXT, end)), onLostText);
  }

  /** Text from offsets on, without end. Where none is given, it is from the first record on. */
  public Source<TextRecord, ?, ?> textFrom(Map<Integer, Long> start, OnLostText onLostText) {
    return source(text(new TextStart(start)), onLostText);
  }

  private KafkaText source(KafkaSourceBuilder<TextRecord> text, OnLostText onLostText) {
    return new KafkaText(
        prefix + TopicNames.TEXT, text.build(), reading(textConsumer()), onLostText, null);
  }

  /** Reports; written at least once, and soon rather than with the next checkpoint. */
  public KafkaSink<Report> metrics() {
    // Its fields are numbers and names of ours: there is nothing to shorten.
    return sink(
        lingering(REPORTS_LINGER_MILLIS), Topics::report, (report, limit) -> report(report));
  }

  private static ProducerRecord<byte[], byte[]> report(Report report) {
    return new ProducerRecord<>(
        TopicNames.METRICS,
        report.model().getBytes(StandardCharsets.UTF_8),
        ReportJson.toBytes(report));
  }

  /** Prompts from offsets on, without end. */
  public Source<PromptRecord, ?, ?> promptsFrom(Map<Integer, Long> start) {
    Properties consumer = new Properties();
    client.forEach((name, value) -> consumer.setProperty((String) name, value.toString()));
    consumer.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    consumer.setProperty(ConsumerConfig.GROUP_ID_CONFIG, prefix + PROMPTS_GROUP);
    consumer.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, COMMITTED);
    KafkaSource<PromptRecord> kafka =
        KafkaSource.<PromptRecord>builder()
            .setBootstrapServers(bootstrap)
            .setProperties(consumer)
            .setTopics(prefix + TopicNames.PROMPTS)
            .setStartingOffsets(offsets(TopicNames.PROMPTS, start))
            .setDeserializer(new PromptRecordReader())
            .build();
    return new KafkaPrompts(kafka, reading(consumer));
  }

  /** Predictions; written at least once, and each at once. */
  public KafkaSink<SessionPrediction> predictions() {
    return sink(lingering(AT_ONCE_MILLIS), PredictionRecord::whole, PredictionRecord::error);
  }

  /** Scores; at least once. */
  public KafkaSink<Score> scores() {
    return sink(client, Topics::score, (score, limit) -> score(score));
  }

  private static ProducerRecord<byte[], byte[]> score(Score score) {
    return new ProducerRecord<>(TopicNames.SCORES, decimal(score.lane()), ScoreJson.toBytes(score));
  }

  /** Dead letters, with the reason and the place they came from as headers; at least once. */
  public KafkaSink<DeadLetter> deadLetters() {
    return sink(client, DeadLetterRecord::whole, DeadLetterRecord::part);
  }

  private static byte[] decimal(long number) {
    return Long.toString(number).getBytes(StandardCharsets.UTF_8);
  }

  private KafkaSourceBuilder<TextRecord> text(OffsetsInitializer start) {
    return KafkaSource.<TextRecord>builder()
        .setBootstrapServers(bootstrap)
        .setProperties(textConsumer())
        .setTopics(prefix + TopicNames.TEXT)
        .setStartingOffsets(start)
        .setDeserializer(new TextRecordReader());
  }

  private Properties textConsumer() {
    Properties consumer = new Properties();
    consumer.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    consumer.setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCHED_BYTES);
    client.forEach((name, value) -> consumer.setProperty((String) name, value.toString()));
    consumer.setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, FETCHED_RECORDS);
    consumer.setProperty(ConsumerConfig.GROUP_ID_CONFIG, prefix + TEXT_GROUP);
    consumer.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, COMMITTED);
    return consumer;
  }

  // With what the connector's builder adds by itself.
  private static Properties reading(Properties by) {
    Properties consumer = new Properties();
    consumer.putAll(by);
    String bytes = ByteArrayDeserializer.class.getName();
    consumer.setProperty(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, bytes);
    consumer.setProperty(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, bytes);
    consumer.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    // Whatever is gone is to be noticed.
    consumer.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    consumer.setProperty(
        KafkaSourceOptions.CLIENT_ID_PREFIX.key(), by.getProperty(ConsumerConfig.GROUP_ID_CONFIG));
    return consumer;
  }

  private OffsetsInitializer offsets(String topic, Map<Integer, Long> byPartition) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    byPartition.forEach((p, offset) -> offsets.put(new TopicPartition(prefix + topic, p), offset));
    return OffsetsInitializer.offsets(offsets);
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
    String before = prefix;
    return KafkaSink.<T>builder()
        .setBootstrapServers(bootstrap)
        .setKafkaProducerConfig(producer)
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setRecordSerializer(
            RecordLimit.of(producer)
                .keptBy(
                    (element, context, time) -> prefixed(before, whole.record(element)),
                    (element, limit) -> prefixed(before, smaller.record(element, limit))))
        .build();
  }

  private static ProducerRecord<byte[], byte[]> prefixed(
      String prefix, ProducerRecord<byte[], byte[]> record) {
    return prefix.isEmpty()
        ? record
        : new ProducerRecord<>(
            prefix + record.topic(), null, record.key(), record.value(), record.headers());
  }

  /** The record that an element becomes. */
  @FunctionalInterface
  private interface Written<T> extends Serializable {
    ProducerRecord<byte[], byte[]> record(T element);
  }

  private static List<RecordHeader> headers(ConsumerRecord<byte[], byte[]> record) {
    List<RecordHeader> headers = new ArrayList<>();
    record.headers().forEach(header -> headers.add(new RecordHeader(header.key(), header.value())));
    return headers;
  }

  /** A record of text as it is. */
  static TextRecord textOf(ConsumerRecord<byte[], byte[]> record) {
    return new TextRecord(
        record.key(),
        record.value(),
        headers(record),
        record.topic(),
        record.partition(),
        record.offset());
  }

  /** A prompt as it is. */
  static PromptRecord promptOf(ConsumerRecord<byte[], byte[]> record) {
    return new PromptRecord(
        record.key(),
        record.value(),
        headers(record),
        record.topic(),
        record.partition(),
        record.offset());
  }

  /** Takes a record as it is. */
  private static final class TextRecordReader
      implements KafkaRecordDeserializationSchema<TextRecord> {
    private static final long serialVersionUID = 1;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<TextRecord> out) {
      out.collect(textOf(record));
    }

    @Override
    public TypeInformation<TextRecord> getProducedType() {
      return TypeInformation.of(TextRecord.class);
    }
  }

  /** Takes a prompt as it is. */
  private static final class PromptRecordReader
      implements KafkaRecordDeserializationSchema<PromptRecord> {
    private static final long serialVersionUID = 1;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<PromptRecord> out) {
      out.collect(promptOf(record));
    }

    @Override
    public TypeInformation<PromptRecord> getProducedType() {
      return TypeInformation.of(PromptRecord.class);
    }
  }
}
