package io.flinklm.job.lane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.wire.LaneText;
import io.flinklm.job.wire.LaneText.Tokens;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import io.flinklm.topics.TextReading.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Four lanes; the vocabulary counts from zero to three. */
class TokenizeTest {
  private static final Tokenizer VOCABULARY =
      WordTokenizer.of(List.of("zero", "one", "two", "three"));
  private static final byte[] TWO_TOKENS = "one two".getBytes(UTF_8);

  @Test
  void textWithoutHeadersBelongsToTheFirstSegment() throws Exception {
    Tokens text = read(record("3", "one two  three\n"));

    assertThat(text.lane()).isEqualTo(3);
    assertThat(text.place().segment()).isEqualTo(new Segment(0, Split.TRAIN));
    assertThat(text.place().position()).isEqualTo(LaneText.UNCHECKED);
    assertThat(text.tokens()).containsExactly(1, 2, 3);
  }

  @Test
  void aByteOrderMarkIsNoText() throws Exception {
    Tokens text = read(record("3", "\ufeffone two", "0", "train", "64"));

    assertThat(text.tokens()).containsExactly(1, 2);
    assertThat(text.place().position()).isEqualTo(64);
    assertThat(read(record("3", "\ufeff")).tokens()).isEmpty();
    refused(
        record("3", "\ufeff zero one\ufeff"),
        Reason.UNKNOWN_TOKEN,
        2,
        "token 2, 'one\\ufeff', is not in the vocabulary, which has no <unk>");
  }

  @Test
  void headersNameSegmentAndPosition() throws Exception {
    Tokens text = read(record("0", "zero", "7", "valid", "4000000000"));

    assertThat(text.place().segment()).isEqualTo(new Segment(7, Split.VALID));
    assertThat(text.place().position()).isEqualTo(4_000_000_000L);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"2, -, 2, TRAIN", "-, valid, 0, VALID", "-, train, 0, TRAIN"})
  void oneHeaderOfTwoIsEnough(String epoch, String split, int expectedEpoch, Split expectedSplit)
      throws Exception {
    Tokens text = read(record("0", "zero", epoch, split, null));

    assertThat(text.place().segment()).isEqualTo(new Segment(expectedEpoch, expectedSplit));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n \t"})
  void emptyTextHasNoTokensAndIsNotRefused(String value) throws Exception {
    Tokens text = read(record("1", value));

    assertThat(text.tokens()).isEmpty();
  }

  @Test
  void aTokenOutsideTheVocabularyBecomesUnknownWhereTheVocabularyHasThat() throws Exception {
    Tokenizer withUnknown = WordTokenizer.of(List.of("zero", "<unk>", "one"));
    Tokenized tokenized = tokenize(withUnknown, record("1", "one million zero"));

    assertThat(((Tokens) tokenized.text()).tokens()).containsExactly(2, 1, 0);
    assertThat(tokenized.deadLetters()).isEmpty();
  }

  @Test
  void elseItsRecordIsRefused() throws Exception {
    LaneText text =
        refused(
            record("1", "one million zero", "2", "valid", "64"),
            Reason.UNKNOWN_TOKEN,
            3,
            "token 2, 'million', is not in the vocabulary, which has no <unk>");

    assertThat(text.lane()).isEqualTo(1);
    assertThat(placeOf(text))
        .as("the hole has a place")
        .hasValue(new Place(new Segment(2, Split.VALID), 64));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "4", "-1", "one", "1.0", " 3", "3 ", "3\n", "-01", "99999999999"})
  void aKeyThatIsNoLaneIsRefused(String key) throws Exception {
    LaneText text =
        refused(
            record(key, "one two"),
            Reason.BAD_KEY,
            2,
            "the key must be the number of a lane, 0 to 3, in decimal; found '"
                + key.replace("\n", "\\n")
                + "'");

    assertThat(text).isInstanceOf(LaneText.OfNoLane.class);
    assertThat(text.lane()).isEqualTo(LaneText.NO_LANE);
  }

  @ParameterizedTest
  @CsvSource({"+3, 3", "003, 3", "00, 0", "-0, 0", "+0, 0", "٣, 3"})
  void soIsALaneWrittenInAnotherWay(String key, String canonical) throws Exception {
    LaneText text =
        refused(
            record(key, "one two"),
            Reason.BAD_KEY,
            2,
            "the key must be the number of a lane, 0 to 3, in decimal; found '"
                + key
                + "', not '"
                + canonical
                + "'");

    assertThat(text).isInstanceOf(LaneText.OfNoLane.class);
    assertThat(text.lane()).isEqualTo(LaneText.NO_LANE);
  }

  @Test
  void soIsAKeyThatIsNoText() throws Exception {
    TextRecord record = record(new byte[] {(byte) 0xff}, TWO_TOKENS);

    refused(
        record,
        Reason.BAD_KEY,
        2,
        "the key must be the number of a lane, 0 to 3, in decimal; found '\ufffd'");
  }

  @Test
  void aRecordWithoutKeyIsRefused() throws Exception {
    LaneText text =
        refused(
            record((byte[]) null, TWO_TOKENS),
            Reason.BAD_KEY,
            2,
            "the key must be the number of a lane, 0 to 3, in decimal; there is none");

    assertThat(text).isInstanceOf(LaneText.OfNoLane.class);
    assertThat(text.lane()).isEqualTo(LaneText.NO_LANE);
  }

  @Test
  void aRecordWithoutValueIsRefused() throws Exception {
    LaneText text =
        refused(
            record("2".getBytes(UTF_8), null),
            Reason.BAD_TEXT,
            0,
            "the record has no value; expected UTF-8 text");

    assertThat(text.lane()).isEqualTo(2);
    assertThat(placeOf(text)).map(Place::segment).hasValue(Segment.FIRST);
  }

  @Test
  void aRecordWithNothingAtAllIsRefused() throws Exception {
    refused(
        record((byte[]) null, null),
        Reason.BAD_KEY,
        0,
        "the key must be the number of a lane, 0 to 3, in decimal; there is none");
  }

  @Test
  void bytesThatAreNoUtf8AreRefusedAndTheirTokensCounted() throws Exception {
    byte[] latin1 = {'o', 'n', 'e', ' ', (byte) 0xe9, 't', (byte) 0xe9, ' ', 't', 'w', 'o'};

    LaneText text =
        refused(
            record("2".getBytes(UTF_8), latin1),
            Reason.BAD_TEXT,
            3,
            "not UTF-8 at byte 4 of the text");

    assertThat(text.lane()).isEqualTo(2);
  }

  @Test
  void nulIsNoText() throws Exception {
    byte[] framed = {0, 0, 0, 0, 7, 'o', 'n', 'e', ' ', 't', 'w', 'o'};

    Tokenized tokenized =
        tokenize(
            WordTokenizer.of(List.of("one", "two", "<unk>")), record("2".getBytes(UTF_8), framed));

    assertThat(refusal(tokenized.text())).isEqualTo(new Refusal(Reason.BAD_TEXT, 2, 12));
    assertThat(tokenized.deadLetters().get(0).error())
        .isEqualTo(
            "framed by a schema registry: schema id 7; expected plain UTF-8 text, from a serializer"
                + " that knows no registry");

    byte[] nul = "one\0two".getBytes(UTF_8);
    assertThat(
            tokenize(
                    WordTokenizer.of(List.of("one", "two", "<unk>")),
                    record("2".getBytes(UTF_8), nul))
                .deadLetters()
                .get(0)
                .error())
        .isEqualTo("not plain text: NUL at byte 3 of the text; expected UTF-8 without any framing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "+1", "\u0663", "first", "2147483648", "1.5"})
  void anEpochThatIsNoNumberIsRefused(String epoch) throws Exception {
    placeless(
        record("0", "one two", epoch, "train", "0"),
        "header epoch must be a whole number of 0 or more in decimal; found '" + epoch + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "test", "TRAIN"})
  void aSplitThatIsNeitherTrainNorValidIsRefused(String split) throws Exception {
    placeless(
        record("0", "one two", "1", split, "0"),
        "header split is train or valid, not '" + split + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "+1", "\u0663", "start", "9223372036854775807"})
  void aPositionThatIsNoNumberIsRefused(String position) throws Exception {
    placeless(
        record("0", "one two", "1", "train", position),
        "header position must be a whole number of 0 or more in decimal; found '" + position + "'");
  }

  /** Refused for a header: the lane is told, but not of a place. */
  private static void placeless(TextRecord record, String error) throws Exception {
    LaneText text = refused(record, Reason.BAD_HEADER, 2, error);

    assertThat(text.lane()).isZero();
    assertThat(placeOf(text)).isEmpty();
  }

  private static LaneText refused(TextRecord record, Reason reason, int tokens, String error)
      throws Exception {
    Tokenized tokenized = tokenize(VOCABULARY, record);

    assertThat(refusal(tokenized.text())).isEqualTo(new Refusal(reason, tokens, record.size()));
    assertThat(tokenized.deadLetters())
        .as("byte for byte, with the place it came from")
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(DeadLetter.of(record, error));
    return tokenized.text();
  }

  private static Optional<Place> placeOf(LaneText text) {
    return ((LaneText.Refused) text).place();
  }

  private static Refusal refusal(LaneText text) {
    return text instanceof LaneText.OfNoLane of
        ? of.refusal()
        : ((LaneText.Refused) text).refusal();
  }

  private static Tokens read(TextRecord record) throws Exception {
    Tokenized tokenized = tokenize(VOCABULARY, record);
    assertThat(tokenized.deadLetters()).isEmpty();
    return (Tokens) tokenized.text();
  }

  private record Tokenized(LaneText text, List<DeadLetter> deadLetters) {}

  private static Tokenized tokenize(Tokenizer tokenizer, TextRecord record) throws Exception {
    try (OneInputStreamOperatorTestHarness<TextRecord, LaneText> harness =
        new OneInputStreamOperatorTestHarness<>(new Tokenize(tokenizer, 4))) {
      harness.open();
      harness.processElement(record, 0);
      assertThat(harness.extractOutputValues()).as("each record goes to its lane").hasSize(1);
      List<DeadLetter> deadLetters = new ArrayList<>();
      var letters = harness.getSideOutput(DeadLetter.TAG);
      if (letters != null) {
        letters.stream().map(StreamRecord::getValue).forEach(deadLetters::add);
      }
      return new Tokenized(harness.extractOutputValues().get(0), deadLetters);
    }
  }

  private static TextRecord record(String key, String value) {
    return record(key, value, null, null, null);
  }

  private static TextRecord record(
      String key, String value, String epoch, String split, String position) {
    return new TextRecord(
        key.getBytes(UTF_8), value.getBytes(UTF_8), epoch, split, position, "text", 5, 1234);
  }

  private static TextRecord record(byte[] key, byte[] value) {
    return new TextRecord(key, value, null, null, null, "text", 5, 1234);
  }
}
