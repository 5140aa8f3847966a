package io.flinklm.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.text.ByteTokenizer;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamTextTest {
  private static final Tokenizer BYTES = new ByteTokenizer();
  private static final Tokenizer WORDS = WordTokenizer.of(List.of("one", "two"));

  private static StreamText.Tokens tokens(String value, Tokenizer tokenizer) {
    return (StreamText.Tokens) StreamText.of(value.getBytes(UTF_8), tokenizer);
  }

  @Test
  void theEndOfARecordIsANewline() {
    StreamText.Tokens text = tokens("ab", BYTES);

    assertThat(text.tokens().ids()).containsExactly('a', 'b', '\n');
    assertThat(text.bytes()).isEqualTo(3);
    assertThat(tokens("", BYTES).tokens().ids()).containsExactly('\n');
  }

  @Test
  void tokensTakeAllBytes() {
    StreamText.Tokens words = tokens("\ufeffone  two ", WORDS);

    assertThat(words.tokens().ids()).hasSize(2);
    assertThat(words.tokens().lengths()).containsExactly(6, 7);
    assertThat(words.bytes()).isEqualTo(13);
    assertThat(tokens("  ", WORDS).tokens().ids()).isEmpty();
    assertThat(tokens("  ", WORDS).bytes()).isEqualTo(3);
  }

  @Test
  void whatCannotBeUsedIsRefusedWithItsNewline() {
    assertThat(StreamText.of(null, BYTES))
        .isEqualTo(
            new StreamText.Refused(
                new Refusal(Reason.BAD_TEXT, 0, 0),
                "the record has no value; expected UTF-8 text"));
    StreamText.Refused unreadable =
        (StreamText.Refused) StreamText.of(new byte[] {'a', (byte) 0xff}, WORDS);
    assertThat(unreadable.refusal()).isEqualTo(new Refusal(Reason.BAD_TEXT, 1, 3));
    StreamText.Refused unknown =
        (StreamText.Refused) StreamText.of("one three".getBytes(UTF_8), WORDS);
    assertThat(unknown.refusal()).isEqualTo(new Refusal(Reason.UNKNOWN_TOKEN, 2, 10));
  }
}
