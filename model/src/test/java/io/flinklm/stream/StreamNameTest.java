package io.flinklm.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stream's key is any bytes, and its text loses none of them. */
class StreamNameTest {
  @ParameterizedTest
  @CsvSource({
    "web-1, web-1",
    "C:\\x41, C:\\\\x41",
    "\u00ff, \\xff",
    "a\u00e2\u0082, a\\xe2\\x82",
    "'', ''"
  })
  void aKeyIsUtf8AndWhatIsNoneIsWrittenOut(String bytes, String text) {
    String name = StreamName.of(bytes.getBytes(ISO_8859_1), 3);

    assertThat(StreamName.keyText(name)).hasValue(text);
    assertThat(StreamName.ofKeyText(text, 3)).isEqualTo(name);
  }

  @Test
  void textOutsideOfAsciiIsReadable() {
    String name = StreamName.of("höst-\uD83D\uDE00".getBytes(UTF_8), 0);

    assertThat(StreamName.keyText(name)).hasValue("höst-\uD83D\uDE00");
  }

  @Test
  void everyKeyComesBack() {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      byte[] key = new byte[random.nextInt(12)];
      random.nextBytes(key);
      if (i % 2 == 0 && key.length > 2) {
        key[key.length - 3] = '\\';
        key[key.length - 2] = 'x';
      }
      String name = StreamName.of(key, 0);

      assertThat(StreamName.key(name)).hasValue(key);
      assertThat(StreamName.ofKeyText(StreamName.keyText(name).orElseThrow(), 0)).isEqualTo(name);
    }
  }

  @Test
  void recordsWithoutAKeyAreThoseOfTheirPartition() {
    String name = StreamName.of(null, 3);

    assertThat(StreamName.key(name)).isEmpty();
    assertThat(StreamName.keyText(name)).isEmpty();
    assertThat(StreamName.ofKeyText(null, 3)).isEqualTo(name);
    assertThat(StreamName.of("partition 3".getBytes(UTF_8), 3)).isNotEqualTo(name);
  }
}
