package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Keys, headers and values that no client means well with, drawn from one seed. */
final class HostileBytes {
  private static final List<String> KEYS =
      List.of(
          "", "x", "64", "-1", "007", "+1", " 1", "1 ", "1\0", "\u0663", "99999999999999999999");
  private static final List<String> NUMBERS =
      List.of(
          "",
          "-1",
          "-9223372036854775808",
          "1e3",
          "0x1",
          "+0",
          " 0",
          "\u0663",
          "NaN",
          "2147483648",
          "9223372036854775807",
          "99999999999999999999999",
          "\0",
          "\u001b[2J");
  private static final List<String> SPLITS =
      List.of("", "test", "TRAIN", "train ", "\0", "valid\n");
  private static final List<String> NAMES =
      List.of("", "error", "topic", "partition", "offset", "\0", "epoch ", "EPOCH", "\u001b[31m");

  // Half of a surrogate pair as a careless encoder writes it, an overlong '/', a cut character.
  private static final List<byte[]> NO_UTF8 =
      List.of(
          new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          new byte[] {(byte) 0xc0, (byte) 0xaf},
          new byte[] {'a', ' ', (byte) 0xe2, (byte) 0x82},
          new byte[] {(byte) 0xff, (byte) 0xfe, 'a', 0});

  private final Random random;

  HostileBytes(Random random) {
    this.random = random;
  }

  <T> T oneOf(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  /** Bytes of no meaning; their number is small, or now and then up to the most. */
  byte[] noise(int most) {
    byte[] bytes = new byte[random.nextInt(8) == 0 ? random.nextInt(most) : random.nextInt(64)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A key that is no lane's; null for none. */
  byte[] key(int most) {
    return switch (random.nextInt(8)) {
      case 0 -> null;
      case 1 -> noise(most);
      case 2 -> oneOf(NO_UTF8);
      case 3 -> "1".repeat(1 + random.nextInt(most)).concat("x").getBytes(UTF_8);
      default -> oneOf(KEYS).getBytes(UTF_8);
    };
  }

  /** Text that cannot become tokens of a small vocabulary; null for none. */
  byte[] text(int most) {
    return switch (random.nextInt(9)) {
      case 0 -> null;
      case 1 -> join("a b".getBytes(UTF_8), oneOf(NO_UTF8));
      case 2 -> "a b c".getBytes(UTF_16LE);
      case 3 -> "a b\0c".getBytes(UTF_8);
      case 4 -> join(noise(most), new byte[] {0});
      case 5 -> "zebra ".repeat(1 + random.nextInt(most) / 6).getBytes(UTF_8);
      case 6 -> ("a " + "z".repeat(1 + random.nextInt(most))).getBytes(UTF_8);
      case 7 -> "\u001b]0;x\u0007 \u202e \u2028 \ufeff a \u0085".getBytes(UTF_8);
      default -> "a b \ud83d\ude00".getBytes(UTF_8);
    };
  }

  /** A header that says where text lies, and cannot be read. */
  Header unreadable() {
    return switch (random.nextInt(3)) {
      case 0 -> header("epoch", oneOf(NUMBERS));
      case 1 -> header("position", oneOf(NUMBERS));
      default -> header("split", oneOf(SPLITS));
    };
  }

  /** Headers that mean nothing here: of any name, again and again, large, many, without value. */
  List<Header> meaningless() {
    List<Header> headers = new ArrayList<>();
    int many = random.nextInt(50) == 0 ? 3_000 : random.nextInt(4);
    for (int i = 0; i < many; i++) {
      String name =
          switch (random.nextInt(many < 100 ? 20 : 10)) {
            case 19 -> "n".repeat(70_000);
            case 18 -> new String(noise(100), ISO_8859_1);
            default -> oneOf(NAMES);
          };
      headers.add(new RecordHeader(name, random.nextInt(4) == 0 ? null : noise(100)));
    }
    return headers;
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }

  static byte[] join(byte[] one, byte[] other) {
    byte[] both = new byte[one.length + other.length];
    System.arraycopy(one, 0, both, 0, one.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
