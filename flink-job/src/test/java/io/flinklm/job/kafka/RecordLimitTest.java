package io.flinklm.job.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.predict.SessionPrediction;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.RecordHeader;
import io.flinklm.job.record.TextRecord;
import io.flinklm.predict.PredictedToken;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.PredictionJson;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/** What the job writes fits a record, whatever it was that came. */
class RecordLimitTest {
  private static final RecordLimit LIMIT = new RecordLimit(10_000);
  private static final List<RecordHeader> HEADERS =
      List.of(RecordHeader.of("error", "of another"), new RecordHeader("empty", null));

  @Test
  void itIsTheProducers() {
    assertThat(RecordLimit.of(new Properties()).bytes()).isEqualTo(1_048_576);
    Properties given = new Properties();
    given.put("max.request.size", "5000");
    assertThat(RecordLimit.of(given).bytes()).isEqualTo(5_000);
  }

  @Test
  void aDeadLetterHasTheRecordsOwnHeadersBeforeThoseOfItsOwn() {
    ProducerRecord<byte[], byte[]> record =
        DeadLetterRecord.whole(letter(new byte[] {1}, new byte[9_000], HEADERS));
    assertThat(LIMIT.holds(record)).isTrue();
    assertThat(record.headers().toArray())
        .extracting(RecordLimitTest::text)
        .containsExactly(
            "error=of another",
            "empty=null",
            "error=wrong",
            "topic=t",
            "partition=3",
            "offset=7",
            "timestamp=9");
  }

  @Test
  void aLargeValueIsLeftOutAndNamed() {
    byte[] value = new byte[20_000];
    ProducerRecord<byte[], byte[]> record =
        DeadLetterRecord.part(letter(new byte[] {1}, value, HEADERS), LIMIT);
    assertThat(LIMIT.holds(record)).isTrue();
    assertThat(record.key()).containsExactly(1);
    assertThat(record.value()).isNull();
    assertThat(record.headers().toArray())
        .extracting(RecordLimitTest::text)
        .containsExactly(
            "error=of another",
            "empty=null",
            "error=wrong",
            "topic=t",
            "partition=3",
            "offset=7",
            "timestamp=9",
            "value_bytes=20000",
            "value_sha256=28b4f41a7f3ee6d8cc87272db6e09c6d3566551fd4d18702b041a21658272a85");
  }

  @Test
  void soAreALargeKeyAndLargeHeaders() {
    byte[] large = new byte[20_000];
    for (DeadLetter letter :
        List.of(
            letter(large, new byte[] {1}, HEADERS),
            letter(new byte[] {1}, large, List.of(new RecordHeader("h", large))),
            letter(large, null, List.of(new RecordHeader("h".repeat(20_000), null))))) {
      ProducerRecord<byte[], byte[]> record = DeadLetterRecord.part(letter, LIMIT);
      assertThat(LIMIT.holds(record)).isTrue();
      assertThat(record.key()).isNull();
      assertThat(record.value()).isNull();
      assertThat(text(record.headers().lastHeader("key_bytes")))
          .isEqualTo("key_bytes=" + letter.key().length);
      assertThat(text(record.headers().lastHeader("headers_left_out")))
          .isEqualTo("headers_left_out=" + letter.headers().size());
      assertThat(text(record.headers().lastHeader("offset"))).isEqualTo("offset=7");
    }
  }

  @Test
  void aLargeAnswerBecomesAnErrorOfTheSameIdAndSession() throws Exception {
    String token = "x".repeat(1_000);
    Prediction large =
        new Prediction("a", token, List.of(new PredictedToken(token, 1)), 1L, "", null, null);
    SessionPrediction ofKey = new SessionPrediction(new byte[] {1}, large);
    assertThat(new RecordLimit(5_000).holds(PredictionRecord.whole(ofKey))).isTrue();
    ProducerRecord<byte[], byte[]> error = PredictionRecord.error(ofKey, new RecordLimit(1_000));
    assertThat(error.key()).containsExactly(1);
    assertThat(PredictionJson.parse(error.value()))
        .isEqualTo(
            Prediction.ofError(
                "a",
                "answer and session are larger than a record that the job writes, of 1000 bytes"
                    + " (max.request.size)"));
    byte[] session = new byte[2_000];
    Arrays.fill(session, (byte) 1);
    assertThat(
            PredictionRecord.error(new SessionPrediction(session, large), new RecordLimit(1_000))
                .key())
        .isNull();
  }

  private static DeadLetter letter(byte[] key, byte[] value, List<RecordHeader> headers) {
    return DeadLetter.of(new TextRecord(key, value, headers, "t", 3, 7, 9), "wrong");
  }

  private static String text(Header header) {
    return header.key() + "=" + (header.value() == null ? null : new String(header.value(), UTF_8));
  }
}
