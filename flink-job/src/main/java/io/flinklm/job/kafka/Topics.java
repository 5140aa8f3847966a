package io.flinklm.job.kafka;

import io.flinklm.job.predict.SessionPrediction;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.PromptRecord;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.wire.ReplicaPiece;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.RecordFormat;
import io.flinklm.topics.Score;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.TopicNaming;
import io.flinklm.train.Report;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The Kafka topics of the job, as its sources and sinks.
 *
 * @param bootstrap address of Kafka, HOST:PORT
 * @param client further properties of every Kafka client, security for one
 * @param naming what its topics and consumer groups are called
 * @param format of the records of text
 */
public record Topics(String bootstrap, Properties client, TopicNaming naming, RecordFormat format) {

  // Text of a transaction that was aborted is no text.
  private static final String COMMITTED = "read_committed";

  // A consumer hands out a whole fetch of one partition before that of the next: what its lanes
  // are ahead then waits for the others, and is in every checkpoint.
  private static final String FETCHED_BYTES = Integer.toString(4 * 1024);

  // All that a round brings, in few fetches.
  private static final String FETCHED_OF_REPLICAS = Integer.toString(16 * 1024 * 1024);

  // Four fetches are on their way when a partition is paused; its records may be long.
  private static final String FETCHED_RECORDS = "64";

  /** Topics whose text is the value of each record. */
  public static Topics of(KafkaAddress kafka) {
    return new Topics(
        kafka.bootstrap(), kafka.clientProperties(), kafka.naming(), RecordFormat.PLAIN);
  }

  /** The same, where the records hold text in another way. */
  public Topics readBy(RecordFormat other) {
    return new Topics(bootstrap, client, naming, other);
  }

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
        naming.topic(TopicNames.TEXT),
        text.build(),
        reading(textConsumer()),
        onLostText,
        format,
        null,
        null);
  }

  /** Prompts from offsets on, without end. */
  public Source<PromptRecord, ?, ?> promptsFrom(Map<Integer, Long> start) {
    Properties consumer = new Properties();
    client.forEach((name, value) -> consumer.setProperty((String) name, value.toString()));
    consumer.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    consumer.setProperty(ConsumerConfig.GROUP_ID_CONFIG, naming.groupOfPrompts());
    consumer.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, COMMITTED);
    KafkaSource<PromptRecord> kafka =
        KafkaSource.<PromptRecord>builder()
            .setBootstrapServers(bootstrap)
            .setProperties(consumer)
            .setTopics(naming.topic(TopicNames.PROMPTS))
            .setStartingOffsets(offsets(TopicNames.PROMPTS, start))
            .setDeserializer(RecordReader.PROMPTS)
            .build();
    return new KafkaPrompts(kafka, reading(consumer));
  }

  /**
   * What replicas tell each other, from offsets on, without end.
   *
   * @param start behind what was told before the job was started; nothing of that is needed
   */
  public Source<byte[], ?, ?> replicasFrom(Map<Integer, Long> start) {
    Properties consumer = new Properties();
    client.forEach((name, value) -> consumer.setProperty((String) name, value.toString()));
    consumer.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    consumer.setProperty(ConsumerConfig.GROUP_ID_CONFIG, naming.groupOfReplicas());
    consumer.setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCHED_OF_REPLICAS);
    // A restarted job goes on where its checkpoint was; what is gone since then is of no use to it.
    consumer.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return KafkaSource.<byte[]>builder()
        .setBootstrapServers(bootstrap)
        .setProperties(consumer)
        .setTopics(naming.topic(TopicNames.REPLICAS))
        .setStartingOffsets(offsets(TopicNames.REPLICAS, start))
        .setValueOnlyDeserializer(new RecordValue())
        .build();
  }

  private KafkaSourceBuilder<TextRecord> text(OffsetsInitializer start) {
    return KafkaSource.<TextRecord>builder()
        .setBootstrapServers(bootstrap)
        .setProperties(textConsumer())
        .setTopics(naming.topic(TopicNames.TEXT))
        .setStartingOffsets(start)
        .setDeserializer(RecordReader.TEXT);
  }

  private Properties textConsumer() {
    Properties consumer = new Properties();
    consumer.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    consumer.setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCHED_BYTES);
    client.forEach((name, value) -> consumer.setProperty((String) name, value.toString()));
    consumer.setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, FETCHED_RECORDS);
    consumer.setProperty(ConsumerConfig.GROUP_ID_CONFIG, naming.groupOfText());
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
    byPartition.forEach(
        (p, offset) -> offsets.put(new TopicPartition(naming.topic(topic), p), offset));
    return OffsetsInitializer.offsets(offsets);
  }

  /** Reports; written at least once, and soon rather than with the next checkpoint. */
  public KafkaSink<Report> metrics() {
    return written().metrics();
  }

  /** Predictions; written at least once, and each at once. */
  public KafkaSink<SessionPrediction> predictions() {
    return written().predictions();
  }

  /** Scores; at least once. */
  public KafkaSink<Score> scores() {
    return written().scores();
  }

  /** Scores that are alerts; at least once. */
  public KafkaSink<Score> alerts() {
    return written().alerts();
  }

  /** Dead letters, with the reason and the place they came from as headers; at least once. */
  public KafkaSink<DeadLetter> deadLetters() {
    return written().deadLetters();
  }

  /** What replicas tell each other; at least once, and at once. */
  public KafkaSink<ReplicaPiece> replicas() {
    return written().replicas();
  }

  private WrittenTopics written() {
    return new WrittenTopics(bootstrap, client, naming);
  }
}
