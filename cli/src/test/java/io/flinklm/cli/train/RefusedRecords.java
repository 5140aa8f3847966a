package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.Refusal.Reason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Records that were sent and have to be in dead letters, each once and byte for byte. */
final class RefusedRecords {
  private static final Map<Reason, String> ERRORS =
      Map.of(
          Reason.GAP, "gap: lane ",
          Reason.LATE, "late: lane ",
          Reason.BAD_KEY, "the key must be the number of a lane",
          Reason.BAD_HEADER, "header ",
          Reason.BAD_TEXT, "",
          Reason.UNKNOWN_TOKEN, "'zebra', is not in the vocabulary");

  private final List<Refused> refused = new ArrayList<>();

  /**
   * A record that has to be refused.
   *
   * @param place that Kafka gives it
   */
  private record Refused(
      ProducerRecord<byte[], byte[]> record, Reason reason, Future<RecordMetadata> place) {}

  void add(ProducerRecord<byte[], byte[]> record, Reason reason, Future<RecordMetadata> place) {
    refused.add(new Refused(record, reason, place));
  }

  /** Why they are refused. */
  Set<Reason> reasons() {
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    refused.forEach(record -> reasons.add(record.reason));
    return reasons;
  }

  /** Requires these letters, in any order, and no other. */
  void requireAsLetters(List<ConsumerRecord<byte[], byte[]>> letters) throws Exception {
    Map<String, ConsumerRecord<byte[], byte[]>> byPlace = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      String place = header(letter, "partition") + "/" + header(letter, "offset");
      assertThat(byPlace.put(place, letter)).as("a second letter of %s", place).isNull();
    }
    for (Refused sent : refused) {
      RecordMetadata place = sent.place.get();
      var letter = byPlace.remove(place.partition() + "/" + place.offset());
      assertThat(letter).as("%s at %s", sent.reason, place).isNotNull();
      assertThat(letter.key()).isEqualTo(sent.record.key());
      assertThat(letter.value()).isEqualTo(sent.record.value());
      assertThat(header(letter, "topic")).isEqualTo("text");
      assertThat(header(letter, "error")).contains(ERRORS.get(sent.reason));
    }
    assertThat(byPlace).as("letters of records that are good").isEmpty();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
