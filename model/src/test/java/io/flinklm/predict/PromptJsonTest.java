package io.flinklm.predict;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.predict.PromptJson.UnreadablePromptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptJsonTest {

  @Test
  void aPromptIsReadAsItWasWritten() throws Exception {
    Prompt prompt = new Prompt("a-1", "one \"two\" é", 8, 0.7, 40, -3);

    assertThat(PromptJson.parse(PromptJson.toBytes(prompt))).isEqualTo(prompt);
  }

  @Test
  void whatIsLeftOutHasDefaults() throws Exception {
    assertThat(parse("{'id': 'a', 'text': 'one'}")).isEqualTo(new Prompt("a", "one", 20, 0, 0, 0));
    assertThat(parse("{'id': '', 'text': '', 'temperature': 1}").temperature()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "no json | it is not a JSON object, see line 1",
        "{'id': 'a', 'text': 'one' | it is not a JSON object, see line 1",
        "{'id': 'a', 'text': 'one'} {} | it is not a JSON object, see line 1",
        "{'id': 'a', 'id': 'b', 'text': 'one'} | it is not a JSON object, see line 1",
        "['id'] | it is not a JSON object, see line 1",
        "null | it is not a JSON object, see line 1",
        "{'text': 'one'} | its field 'id' is missing",
        "{'id': 'a'} | its field 'text' is missing",
        "{'id': 5, 'text': 'one'} | its field 'id' must be text",
        "{'id': null, 'text': 'one'} | its field 'id' must be text",
        "{'id': 'a', 'text': ['one']} | its field 'text' must be text",
        "{'id': 'a', 'text': '', 'tokens': '8'} | its field 'tokens' must be a whole number of",
        "{'id': 'a', 'text': '', 'tokens': 8.5} | its field 'tokens' must be a whole number of",
        "{'id': 'a', 'text': '', 'tokens': null} | its field 'tokens' must be a whole number of",
        "{'id': 'a', 'text': '', 'top_k': 1e3} | its field 'top_k' must be a whole number of",
        "{'id': 'a', 'text': '', 'seed': 9223372036854775808} | its field 'seed' must be a whole",
        "{'id': 'a', 'text': '', 'temperature': 'hot'} | its field 'temperature' must be a number",
        "{'id': 'a', 'text': '', 'topk': 5} | it has an unknown field; expected id, text, tokens,",
      })
  void whatIsNoPromptIsRefusedWithTheReason(String json, String reason) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(UnreadablePromptException.class)
        .hasMessageStartingWith("the prompt cannot be read: " + reason);
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    byte[] json = {'{', '"', 'i', 'd', '"', ':', '"', -1, '"', '}'};
    assertThatThrownBy(() -> PromptJson.parse(json)).isInstanceOf(UnreadablePromptException.class);
    assertThatThrownBy(() -> PromptJson.parse(new byte[0]))
        .isInstanceOf(UnreadablePromptException.class);
    assertThatThrownBy(() -> PromptJson.parse(null))
        .isInstanceOf(UnreadablePromptException.class)
        .hasMessage("the record has no value; expected a JSON object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'tokens': 0 | tokens must be 1 to 1000, found 0",
        "'tokens': 1001 | tokens must be 1 to 1000, found 1001",
        "'temperature': -0.1 | temperature must be 0 to 100, found -0.1",
        "'temperature': 1e999 | temperature must be 0 to 100, found Infinity",
        "'top_k': -1 | top_k must be 0, for all, to 2147483647, found -1",
      })
  void limitsAreSaid(String field, String limit) throws Exception {
    assertThat(parse("{'id': 'a', 'text': 'one', " + field + "}").beyondLimits()).hasValue(limit);
  }

  @Test
  void textAndIdHaveALongestLength() {
    assertThat(new Prompt("a", "x".repeat(20_001), 1, 0, 0, 0).beyondLimits())
        .hasValue("text must have at most 20000 characters, found 20001");
    assertThat(new Prompt("x".repeat(201), "", 1, 0, 0, 0).beyondLimits())
        .hasValue("id must have at most 200 characters, found 201");
    assertThat(new Prompt("x".repeat(200), "x".repeat(20_000), 1000, 100, 0, 0).beyondLimits())
        .isEmpty();
  }

  private static Prompt parse(String json) throws UnreadablePromptException {
    return PromptJson.parse(json.replace('\'', '"').getBytes(UTF_8));
  }
}
