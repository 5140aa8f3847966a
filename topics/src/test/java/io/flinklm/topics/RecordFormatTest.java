package io.flinklm.topics;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.text.TokenizerKind;
import io.flinklm.topics.RecordFormat.EndOfRecord;
import io.flinklm.topics.TextReading.Refused;
import io.flinklm.topics.TextReading.Text;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFormatTest {
  private static final RecordFormat JSON =
      new RecordFormat("/log/text", "/lane", null, EndOfRecord.NONE);
  private static final RecordFormat TIMED = new RecordFormat(null, null, "/ts", EndOfRecord.NONE);
  private static final byte[] FRAMED = {0, 0, 0, 1, 2, '{', '}'};

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"lane\":\"3\",\"log\":{\"text\":\"one two\"}} | 3 | one two",
        "{\"log\":{\"n\":[1],\"text\":\"\\u00e9\\n\"},\"lane\":3} | 3 | `é\n`",
        "{\"lane\":1.50,\"log\":{\"text\":\"\"}} | 1.50 | ``",
        "{\"lane\":true,\"log\":{\"text\":\" \"}} | true | ` `",
      })
  void fieldsAreFound(String value, String key, String text) {
    RecordContent content = JSON.content(bytes("7"), bytes(value));

    assertThat(content.wrongKey()).isNull();
    assertThat(content.wrongText()).isNull();
    assertThat(content.key()).asString(UTF_8).isEqualTo(key);
    assertThat(content.text()).asString(UTF_8).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"lane\":3} | the field /log/text is missing; expected a string at /log/text",
        "{\"lane\":3,\"log\":\"x\"} | the field /log/text is missing",
        "{\"lane\":3,\"log\":{\"text\":5}} | the field /log/text is a number; expected a string",
        "{\"lane\":3,\"log\":{\"text\":false}} | the field /log/text is a boolean; expected",
        "{\"lane\":3,\"log\":{\"text\":null}} | the field /log/text is null; expected a string",
        "{\"lane\":3,\"log\":{\"text\":{}}} | the field /log/text is an object; expected",
        "{\"lane\":3,\"log\":{\"text\":[\"x\"]}} | the field /log/text is an array; expected",
        "{\"lane\":3,\"log\":{\"text\":\"\\ud800\"}} | the field /log/text has half of a surrogate",
        "plain text | it is no JSON, so it has no field /log/text: ",
        "{\"lane\":3,\"log\":{\"text\":\"x\"} | it is no JSON, so it has no field /log/text: ",
        "{\"lane\":3,\"log\":{\"text\":\"x\"}}} | it is no JSON, so it has no field /log/text: ",
        "{\"log\":{\"text\":\"x\"}} {} | it is no JSON, so it has no field /log/text: there is more",
        "`` | the field /log/text is missing; expected a string at /log/text",
      })
  void whatIsNoTextIsSaidWithThePointer(String value, String reason) {
    assertThat(JSON.content(null, bytes(value)).wrongText()).startsWith(reason);
    assertThat(JSON.content(null, bytes(value)).wrongText()).doesNotContain("\n");
  }

  @Test
  void aRecordWithoutAValueHasNoField() {
    RecordContent content = JSON.content(bytes("3"), null);

    assertThat(content.wrongText())
        .isEqualTo("the record has no value; expected JSON with a string at /log/text");
    assertThat(content.wrongKey()).contains("a string, a number or a boolean at /lane");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1700000000123 | 1700000000123",
        "0 | 0",
        // No unit is guessed.
        "1700000000 | 1700000000",
        "\"2023-11-14T22:13:20Z\" | 1700000000000",
        "\"2023-11-14T23:13:20.1239+01:00\" | 1700000000123",
      })
  void aTimeIsMillisecondsOrOfIso8601(String field, long time) {
    RecordContent content = TIMED.content(bytes("a"), bytes("{\"ts\":" + field + "}"));

    assertThat(content.wrongTime()).isNull();
    assertThat(content.time()).isEqualTo(time);
    assertThat(content.wrongText()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-1 | the field /ts is no time: found '-1'; expected a whole number of milliseconds since",
        "99999999999999999999 | the field /ts is no time: found '99999999999999999999'; expected",
        "1.7e12 | the field /ts is a number; expected a whole number of milliseconds since 1970",
        "\"1700000000000\" | the field /ts is no time: found '1700000000000'; expected a whole",
        "\"2023-11-14T22:13:20\" | the field /ts is no time: found '2023-11-14T22:13:20'; expected",
        "\"1969-12-31T23:59:59Z\" | the field /ts is no time",
        "\"+999999999-12-31T23:59:59Z\" | the field /ts is no time",
        "\"yesterday\" | the field /ts is no time: found 'yesterday'",
        "null | the field /ts is null; expected a whole number of milliseconds since 1970, or a",
        "{} | the field /ts is an object",
        "5,\"ts\" | it is no JSON, so it has no field /ts",
      })
  void whatIsNoTimeIsSaid(String field, String reason) {
    RecordContent content = TIMED.content(bytes("a"), bytes("{\"ts\":" + field + "}"));

    assertThat(content.time()).isNull();
    assertThat(content.wrongTime()).startsWith(reason);
  }

  @Test
  void withoutAFieldOfTimeThereIsNoneAndNothingIsWrong() {
    assertThat(JSON.content(null, bytes("{}")).time()).isNull();
    assertThat(JSON.content(null, bytes("{}")).wrongTime()).isNull();
    assertThat(TIMED.content(null, bytes("{}")).wrongTime())
        .isEqualTo(
            "the field /ts is missing; expected a whole number of milliseconds since 1970, or a"
                + " string like \"2026-05-20T16:29:40Z\", at /ts");
  }

  @Test
  void aRegistrysFramingIsNamed() {
    String reason = "framed by a schema registry: schema id 258; expected ";

    assertThat(JSON.content(null, FRAMED).wrongText())
        .isEqualTo(
            reason + "JSON with a string at /log/text, from a serializer that knows no registry");
    for (TokenizerKind kind : new TokenizerKind[] {TokenizerKind.WORDS, TokenizerKind.CHARACTERS}) {
      TextReading reading = new TextRecordParser(4, kind).read(bytes("3"), FRAMED, header -> null);
      assertThat(reading).isInstanceOf(Refused.class);
      assertThat(((Refused) reading).reason()).isEqualTo(Reason.BAD_TEXT);
      assertThat(((Refused) reading).message()).startsWith(reason + "plain UTF-8 text");
    }
    assertThat(
            new TextRecordParser(4, TokenizerKind.BYTES).read(bytes("3"), FRAMED, header -> null))
        .as("of bytes each one may be meant")
        .isInstanceOf(Text.class);
  }

  @Test
  void utf16IsNoFraming() {
    byte[] utf16 = "\0one two".getBytes(UTF_16);
    byte[] withoutMark = Arrays.copyOfRange(utf16, 4, utf16.length);

    TextReading reading =
        new TextRecordParser(4, TokenizerKind.WORDS).read(bytes("3"), withoutMark, header -> null);

    assertThat(((Refused) reading).message()).startsWith("not plain text: NUL at byte 0");
  }

  @Test
  void theEndOfARecordIsTextWhereItIsAsked() {
    RecordFormat lines = new RecordFormat(null, null, null, EndOfRecord.NEWLINE);

    assertThat(lines.content(bytes("0"), bytes("one")).text()).asString(UTF_8).isEqualTo("one\n");
    assertThat(lines.content(bytes("0"), bytes("")).text()).asString(UTF_8).isEqualTo("\n");
    assertThat(lines.content(bytes("0"), null).text()).isNull();
    assertThat(lines.content(bytes("0"), bytes("one")).sizeOf(bytes("one"))).isEqualTo(4);
  }

  @Test
  void theKeyThatComesOutMustBeALanes() {
    TextRecordParser parser = new TextRecordParser(4, TokenizerKind.WORDS);
    byte[] good = bytes("{\"lane\":3,\"log\":{\"text\":\"one two\"}}");
    byte[] none = bytes("{\"log\":{\"text\":\"one two\"}}");
    byte[] host = bytes("{\"lane\":\"host-a\",\"log\":{\"text\":\"one two\"}}");

    assertThat(((Text) parser.read(JSON.content(null, good), good, header -> null)).lane())
        .isEqualTo(3);
    Refused missing = (Refused) parser.read(JSON.content(bytes("3"), none), none, header -> null);
    assertThat(missing.reason()).isEqualTo(Reason.BAD_KEY);
    assertThat(missing.message()).startsWith("the field /lane is missing; expected a string, a");
    assertThat(missing.tokens()).isEqualTo(2);
    assertThat(((Refused) parser.read(JSON.content(null, host), host, header -> null)).message())
        .contains("must be the number of a lane, 0 to 3", "found 'host-a'");
  }

  @Test
  void aFieldOfThatNameMayBeAnywhereInJson() {
    RecordFormat escaped = new RecordFormat("/a~1b/1/~0", null, null, EndOfRecord.NONE);

    RecordContent content = escaped.content(bytes("0"), bytes("{\"a/b\":[0,{\"~\":\"x\"}]}"));

    assertThat(content.text()).asString(UTF_8).isEqualTo("x");
    assertThat(content.key()).asString(UTF_8).isEqualTo("0");
    assertThat(
            new RecordFormat("", null, null, EndOfRecord.NONE)
                .content(null, bytes("\"all\""))
                .text())
        .asString(UTF_8)
        .isEqualTo("all");
  }

  @ParameterizedTest
  @ValueSource(strings = {"message", "$.message", "#/message"})
  void whatIsNoPointerIsAMistake(String pointer) {
    assertThatThrownBy(() -> new RecordFormat(null, pointer, null, EndOfRecord.NONE))
        .isInstanceOf(UserMistake.class)
        .hasMessageStartingWith("--key-field " + pointer + " is no JSON Pointer (RFC 6901)");
  }

  @Test
  void itTravelsIntoAJob() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ObjectOutputStream(out).writeObject(JSON);

    assertThat(new ObjectInputStream(new ByteArrayInputStream(out.toByteArray())).readObject())
        .isEqualTo(JSON);
  }

  @Test
  void itSaysTheOptionsThatAskForIt() {
    assertThat(RecordFormat.PLAIN.options()).isEmpty();
    assertThat(new RecordFormat("/text", "/host", "/ts", EndOfRecord.NEWLINE).options())
        .isEqualTo("--text-field /text --key-field /host --time-field /ts --end-of-record newline");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
