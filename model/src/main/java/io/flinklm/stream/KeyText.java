package io.flinklm.stream;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A record's key, which may be any bytes, as text that loses none of them: UTF-8 is read, a byte
 * that is not UTF-8 is {@code \xff}, and a backslash is two.
 */
final class KeyText {
  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:\\\\|x([0-9a-f]{2}))");
  private static final int HEXADECIMAL = 16;

  private KeyText() {}

  static String of(byte[] key) {
    StringBuilder text = new StringBuilder();
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer left = ByteBuffer.wrap(key);
    CharBuffer read = CharBuffer.allocate(key.length);
    CoderResult result;
    do {
      result = decoder.decode(left, read, true);
      text.append(read.flip().toString().replace("\\", "\\\\"));
      read.clear();
      for (int wrong = result.isMalformed() ? result.length() : 0; wrong > 0; wrong--) {
        text.append(String.format("\\x%02x", left.get()));
      }
      decoder.reset();
    } while (result.isMalformed());
    return text.toString();
  }

  /** The key whose text this is. */
  static byte[] key(String text) {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    Matcher escape = ESCAPE.matcher(text);
    int from = 0;
    while (escape.find()) {
      key.writeBytes(text.substring(from, escape.start()).getBytes(StandardCharsets.UTF_8));
      key.write(escape.group(1) == null ? '\\' : Integer.parseInt(escape.group(1), HEXADECIMAL));
      from = escape.end();
    }
    key.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
    return key.toByteArray();
  }
}
