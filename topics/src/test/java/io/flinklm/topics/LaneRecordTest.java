package io.flinklm.topics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.text.TokenizerKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class LaneRecordTest {
  private static final LaneRecord RECORD =
      LaneRecord.ofWords(7, new Segment(3, Split.VALID), 128, List.of("zwölf", ".", "one"));
  private static final Map<String, String> HEADERS =
      Map.of("epoch", "3", "split", "valid", "position", "128");

  private static ConsumerRecord<byte[], byte[]> received(
      byte[] key, byte[] value, Iterable<Header> headers) {
    return new ConsumerRecord<>(
        "text",
        0,
        0,
        0,
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        new RecordHeaders(headers),
        Optional.empty());
  }

  private static Optional<LaneRecord> read(byte[] key, byte[] value, Map<String, String> headers) {
    RecordHeaders all = new RecordHeaders();
    headers.forEach((name, text) -> all.add(name, text.getBytes(UTF_8)));
    return LaneRecord.ofKafka(received(key, value, all), TokenizerKind.WORDS);
  }

  private static Map<String, String> with(String header, String text) {
    Map<String, String> headers = new HashMap<>(HEADERS);
    headers.put(header, text);
    return headers;
  }

  @Test
  void keyValueAndHeadersAreText() {
    ProducerRecord<byte[], byte[]> sent = RECORD.toKafka("text");
    assertThat(sent.topic()).isEqualTo("text");
    assertThat(sent.partition()).isNull();
    assertThat(sent.key()).isEqualTo("7".getBytes(UTF_8));
    assertThat(sent.value()).isEqualTo("zwölf . one".getBytes(UTF_8));
    assertThat(sent.headers())
        .extracting(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .containsExactly("epoch=3", "split=valid", "position=128");
    assertThat(
            LaneRecord.ofKafka(
                received(sent.key(), sent.value(), sent.headers()), TokenizerKind.WORDS))
        .hasValue(RECORD);
  }

  @Test
  void theEndIsBehindTheLastToken() {
    assertThat(RECORD.end()).isEqualTo(131);
  }

  @Test
  void whatIsNotOursIsEmpty() {
    byte[] key = {'7'};
    byte[] value = {'a'};
    assertThat(read(key, value, HEADERS)).isPresent();
    assertThat(read(null, value, HEADERS)).isEmpty();
    assertThat(read("seven".getBytes(UTF_8), value, HEADERS)).isEmpty();
    assertThat(read(key, null, HEADERS)).isEmpty();
    assertThat(read(key, new byte[] {(byte) 0xff}, HEADERS)).isEmpty();
    assertThat(read(key, value, Map.of())).isEmpty();
    assertThat(read(key, value, Map.of("epoch", "3", "split", "valid"))).isEmpty();
    assertThat(read(key, value, Map.of("epoch", "3", "position", "1"))).isEmpty();
    assertThat(read(key, value, with("epoch", "-3"))).isEmpty();
    assertThat(read(key, value, with("split", "test"))).isEmpty();
    assertThat(read(key, value, with("position", "99999999999"))).isEmpty();
  }
}
