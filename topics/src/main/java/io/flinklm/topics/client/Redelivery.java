package io.flinklm.topics.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.UserMistake;
import io.flinklm.topics.DeadLetterHeaders;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.LaneRecord;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.topics.client.KeptLetter.Lacks;
import io.flinklm.topics.client.KeptLetter.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the records of dead letters again, each to the partition that it came from, with its key,
 * its headers and, where it is text, its timestamp. All are sent in one transaction, so that a
 * command that is killed has sent all of them or none. A header says which record it was, and what
 * the topic holds with such a header is not sent once more.
 *
 * @param kafka where the topics are
 */
public record Redelivery(KafkaAddress kafka) {
  private static final String TRANSACTION = "flink-lm-redeliver-";

  /**
   * Sends those that were not sent yet.
   *
   * @param letters what to send, with the value that each is to have
   * @return what was left out because it was sent before
   * @throws UserMistake if one cannot be sent; then none was
   */
  public List<KeptLetter> send(List<KeptLetter> letters) throws Exception {
    Map<String, Integer> partitions = partitions();
    letters.forEach(letter -> requireSendable(letter, partitions));
    try (Producer<byte[], byte[]> producer = producer()) {
      // From here on no other process that sends letters again is at work, or goes on to be.
      producer.initTransactions();
      Set<String> sent = sent(letters);
      List<KeptLetter> left = new ArrayList<>();
      producer.beginTransaction();
      for (KeptLetter letter : letters) {
        // A job that was started again may have written a letter of the same record twice.
        if (sent.add(letter.origin().toString())) {
          var unused = producer.send(record(letter));
        } else {
          left.add(letter);
        }
      }
      producer.commitTransaction();
      return left;
    } catch (KafkaException e) {
      throw kafka.failure("the dead letters were not sent", e);
    }
  }

  private Map<String, Integer> partitions() throws Exception {
    Map<String, Integer> partitions = new TreeMap<>();
    TopicSetup topics = new TopicSetup(kafka);
    for (String plain : List.of(TopicNames.TEXT, TopicNames.PROMPTS)) {
      if (topics.isThere(plain)) {
        partitions.put(kafka.named(plain), topics.end(plain).size());
      }
    }
    return partitions;
  }

  private void requireSendable(KeptLetter letter, Map<String, Integer> partitions) {
    Origin origin = letter.origin();
    Integer there = partitions.get(origin.topic());
    if (there == null) {
      throw new UserMistake(
          "the dead letter %s came from the topic %s, and this training has its text in %s and its prompts in %s; name the topics as the training does, with --topic-prefix, --text-topic or --prompts-topic"
              .formatted(
                  letter.place(),
                  origin.topic(),
                  kafka.named(TopicNames.TEXT),
                  kafka.named(TopicNames.PROMPTS)));
    }
    if (origin.partition() >= there) {
      throw new UserMistake(
          "the dead letter %s came from partition %d of the topic %s, which has %d partitions by now: it was made anew, and there is no place for the letter"
              .formatted(letter.place(), origin.partition(), origin.topic(), there));
    }
    if (letter.lacks() == Lacks.ALL) {
      throw new UserMistake(
          "the dead letter %s has neither key nor headers, which were too large for the job to write; take the record from its topic (%s), or send it anew"
              .formatted(letter.place(), origin));
    }
    if (letter.lacks() == Lacks.VALUE && letter.value() == null) {
      throw new UserMistake(
          "the dead letter %s has no value, which was too large for the job to write; give it one with --value FILE (the record lay in %s)"
              .formatted(letter.place(), origin));
    }
  }

  private Producer<byte[], byte[]> producer() {
    Map<String, Object> properties = kafka.properties(Map.of());
    properties.put(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG, TRANSACTION + kafka.named(TopicNames.TEXT));
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  // What was sent again lies behind the record that it was, in the same partition.
  private Set<String> sent(List<KeptLetter> letters) throws Exception {
    Set<String> sent = new HashSet<>();
    for (String plain : List.of(TopicNames.TEXT, TopicNames.PROMPTS)) {
      Map<Integer, Long> behind = new HashMap<>();
      letters.stream()
          .map(KeptLetter::origin)
          .filter(origin -> origin.topic().equals(kafka.named(plain)))
          .forEach(origin -> behind.merge(origin.partition(), origin.offset() + 1, Math::min));
      if (!behind.isEmpty()) {
        new TopicRecords(kafka, plain)
            .forEachFrom(
                behind,
                record -> {
                  byte[] from =
                      LaneRecord.header(record.headers(), DeadLetterHeaders.REDELIVERED_FROM);
                  if (from != null) {
                    sent.add(new String(from, UTF_8));
                  }
                });
      }
    }
    return sent;
  }

  private ProducerRecord<byte[], byte[]> record(KeptLetter letter) {
    Origin origin = letter.origin();
    // A prompt has no place among others, and how long it waited counts from its timestamp.
    boolean placed = letter.timestamp() >= 0 && origin.topic().equals(kafka.named(TopicNames.TEXT));
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            origin.topic(),
            origin.partition(),
            placed ? letter.timestamp() : null,
            letter.key(),
            letter.value());
    for (Header header : letter.headers()) {
      // Of a record that was sent again before, and was a dead letter once more.
      if (!header.key().equals(DeadLetterHeaders.REDELIVERED_FROM)) {
        record.headers().add(header);
      }
    }
    record.headers().add(DeadLetterHeaders.REDELIVERED_FROM, origin.toString().getBytes(UTF_8));
    return record;
  }
}
