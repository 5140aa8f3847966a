package io.flinklm.job.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.wire.StreamLine;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import io.flinklm.topics.RecordFormat;
import io.flinklm.topics.RecordFormat.EndOfRecord;
import java.util.List;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What a record of a stream is refused for, and what of it is in the books. */
class TokenizeStreamsTest {
  private static final Tokenizer WORDS = WordTokenizer.of(List.of("one", "two", "<unk>"));
  private static final RecordFormat TIMED =
      new RecordFormat("/text", null, "/ts", EndOfRecord.NONE);

  /** What became of a record. */
  private record Read(StreamLine line, List<String> errors) {}

  private static Read read(TextRecord record) throws Exception {
    try (var harness = new OneInputStreamOperatorTestHarness<>(new TokenizeStreams(WORDS))) {
      harness.open();
      harness.processElement(record, 5);
      var letters = harness.getSideOutput(DeadLetter.TAG);
      return new Read(
          harness.extractOutputValues().get(0),
          letters == null
              ? List.of()
              : letters.stream().map(letter -> letter.getValue().error()).toList());
    }
  }

  private static TextRecord record(byte[] value) {
    return new TextRecord("host".getBytes(UTF_8), value, List.of(), "text", 1, 2);
  }

  @Test
  void theFramingOfARegistryIsNamed() throws Exception {
    Read read = read(record(new byte[] {0, 0, 0, 0, 7, 'o', 'n', 'e', ' ', 't', 'w', 'o'}));

    assertThat(read.line()).isEqualTo(new StreamLine.Refused(new Refusal(Reason.BAD_TEXT, 2, 13)));
    assertThat(read.errors())
        .containsExactly(
            "framed by a schema registry: schema id 7; expected plain UTF-8 text, from a serializer"
                + " that knows no registry");
    assertThat(read(record("one\0two".getBytes(UTF_8))).errors().get(0))
        .startsWith("not plain text: NUL at byte 3");
  }

  @Test
  void aByteOrderMarkIsNoTokenButHasItsBytes() throws Exception {
    try (var harness = new OneInputStreamOperatorTestHarness<>(new TokenizeStreams(WORDS))) {
      harness.open();
      harness.processElement(record("\ufeffone two".getBytes(UTF_8)), 5);
      harness.processElement(record("two".getBytes(UTF_8)), 6);

      StreamLine.Tokens first = (StreamLine.Tokens) harness.extractOutputValues().get(0);
      assertThat(first.tokens().ids()).containsExactly(0, 1);
      assertThat(first.tokens().lengths()).containsExactly(6, 5);
      assertThat(first.bytes()).isEqualTo(11);
      assertThat(((TokenizeStreams) harness.getOperator()).byteOrderMarks()).isEqualTo(1);
    }
  }

  @Test
  void aRecordWithoutItsTimeIsRefusedWithAllItsBytes() throws Exception {
    byte[] value = "{\"text\":\"one two\"}".getBytes(UTF_8);

    Read read = read(record(value).readBy(TIMED));

    assertThat(read.line())
        .isEqualTo(
            new StreamLine.Refused(new Refusal(Reason.BAD_TIME, WORDS.count(value), value.length)));
    assertThat(read.errors()).hasSize(1).first().asString().startsWith("the field /ts is missing");
  }
}
