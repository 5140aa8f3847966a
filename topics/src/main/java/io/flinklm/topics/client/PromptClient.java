package io.flinklm.topics.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.UserMistake;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.PredictionJson;
import io.flinklm.predict.Prompt;
import io.flinklm.predict.PromptJson;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Asks a running job as anybody may who reaches Kafka. For use by one thread; another one may send.
 */
public final class PromptClient implements AutoCloseable {
  private static final Duration WAIT = Duration.ofMillis(100);

  private final KafkaAddress kafka;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;

  private PromptClient(
      KafkaAddress kafka,
      KafkaProducer<byte[], byte[]> producer,
      KafkaConsumer<byte[], byte[]> consumer) {
    this.kafka = kafka;
    this.producer = producer;
    this.consumer = consumer;
  }

  /**
   * Connects; answers from now on are seen.
   *
   * @throws UserMistake if Kafka is not there, or no job ever was
   */
  public static PromptClient connect(KafkaAddress kafka) throws Exception {
    kafka.requireReachable();
    Map<Integer, Long> end = endOfPredictions(kafka);
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.consumerProperties(Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false)),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(
        end.keySet().stream()
            .map(p -> new TopicPartition(kafka.named(TopicNames.PREDICTIONS), p))
            .toList());
    end.forEach(
        (partition, offset) ->
            consumer.seek(
                new TopicPartition(kafka.named(TopicNames.PREDICTIONS), partition), offset));
    return new PromptClient(
        kafka,
        new KafkaProducer<>(
            kafka.properties(Map.of(ProducerConfig.LINGER_MS_CONFIG, 0)),
            new ByteArraySerializer(),
            new ByteArraySerializer()),
        consumer);
  }

  private static Map<Integer, Long> endOfPredictions(KafkaAddress kafka) throws Exception {
    try {
      new TopicSetup(kafka).end(TopicNames.PROMPTS);
      return new TopicSetup(kafka).end(TopicNames.PREDICTIONS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new UserMistake(
            "nobody answers prompts at "
                + kafka.bootstrap()
                + ": there is no topic "
                + kafka.named(TopicNames.PROMPTS)
                + "; start a job with 'run' or 'train'",
            e);
      }
      throw e;
    }
  }

  /**
   * Sends a prompt.
   *
   * @param session that it goes on; null for none
   */
  public void send(String session, Prompt prompt) {
    byte[] key = session == null ? null : session.getBytes(UTF_8);
    var unused =
        producer.send(
            new ProducerRecord<>(kafka.named(TopicNames.PROMPTS), key, PromptJson.toBytes(prompt)));
  }

  /** Answers that have come since the last call, to anybody; waits a moment for some. */
  public List<Prediction> next() {
    List<Prediction> predictions = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
      predictions.add(PredictionJson.parse(record.value()));
    }
    return predictions;
  }

  /**
   * Sends a prompt and waits for its answer.
   *
   * @param session that it goes on; null for none
   * @throws UserMistake if none comes in time
   */
  public Prediction ask(String session, Prompt prompt, Duration patience) {
    send(session, prompt);
    long start = System.nanoTime();
    while (System.nanoTime() - start < patience.toNanos()) {
      for (Prediction prediction : next()) {
        if (prediction.id().equals(prompt.id())) {
          return prediction;
        }
      }
    }
    throw new UserMistake(
        "nobody answered at "
            + kafka.bootstrap()
            + " within "
            + patience.toMillis()
            + " ms: no job runs there, or its model has no weights yet; wait longer with --wait");
  }

  @Override
  public void close() {
    try (producer) {
      consumer.close();
    }
  }
}
