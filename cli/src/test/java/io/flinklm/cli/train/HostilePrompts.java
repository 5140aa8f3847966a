package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.topics.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records of prompts that are broken, beyond every limit, or JSON of a strange kind. */
final class HostilePrompts {
  private static final int LARGE = 400_000;
  private static final List<String> STRINGS =
      List.of(
          "\"\"",
          "\"a\"",
          "\"a b\"",
          "\"\\ud800\"",
          "\"\\udc00 a\"",
          "\"\\ud83d\\ude00\"",
          "\"\\u0000\"",
          "\"\\u001b[2J\\u202e\"",
          "\"\\\"\\\\\\n\"",
          "null",
          "1",
          "true",
          "[]",
          "{\"a\":{}}");
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "3",
          "-1",
          "-0.0",
          "1.5",
          "1e3",
          "1e999",
          "-1e999999999",
          "1e-999999999",
          "0.30000000000000004",
          "100",
          "2147483647",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "9".repeat(900),
          "9".repeat(5_000),
          "NaN",
          "Infinity",
          "\"3\"",
          "null",
          "[1]",
          "01");
  private static final List<String> FIELDS =
      List.of("tokens", "temperature", "top_k", "seed", "id", "text", "Tokens", "", "\\u0000");

  private final Random random;
  private final HostileBytes bytes;

  HostilePrompts(Random random) {
    this.random = random;
    this.bytes = new HostileBytes(random);
  }

  /** The next record. */
  ProducerRecord<byte[], byte[]> next() {
    byte[] key = random.nextInt(3) == 0 ? bytes.key(random.nextInt(20) == 0 ? LARGE : 100) : null;
    return new ProducerRecord<>(TopicNames.PROMPTS, null, key, value(), bytes.meaningless());
  }

  private byte[] value() {
    return switch (random.nextInt(12)) {
      case 0 -> null;
      case 1 -> bytes.text(LARGE);
      case 2 -> deep().getBytes(UTF_8);
      case 3 -> cut(prompt()).getBytes(UTF_8);
      case 4 -> prompt().getBytes(random.nextBoolean() ? UTF_16 : UTF_16BE);
      case 5 -> ("\ufeff" + prompt()).getBytes(UTF_8);
      case 6 -> (prompt() + bytes.oneOf(List.of("}", "{}", "\0", " \n\t", "x"))).getBytes(UTF_8);
      case 7 -> flipped(prompt().getBytes(UTF_8));
      default -> prompt().getBytes(UTF_8);
    };
  }

  private String deep() {
    int depth = 1 + random.nextInt(100_000);
    return switch (random.nextInt(4)) {
      case 0 -> "[".repeat(depth);
      case 1 -> "{\"id\":".repeat(depth) + "1" + "}".repeat(depth);
      case 2 -> "{\"id\":\"1\",\"text\":" + "[".repeat(900) + "]".repeat(900) + "}";
      default -> "{\"id\":\"1\",\"text\":\"a\",\"tokens\":[" + "1,".repeat(depth) + "1]}";
    };
  }

  private String prompt() {
    List<String> fields = new ArrayList<>();
    if (random.nextInt(8) > 0) {
      fields.add("\"id\":" + string());
    }
    if (random.nextInt(8) > 0) {
      fields.add("\"text\":" + string());
    }
    for (int more = random.nextInt(4); more > 0; more--) {
      fields.add("\"" + bytes.oneOf(FIELDS) + "\":" + bytes.oneOf(NUMBERS));
    }
    return "{" + String.join(",", fields) + "}";
  }

  private String string() {
    return switch (random.nextInt(24)) {
      case 0 -> "\"" + "i".repeat(random.nextInt(LARGE)) + "\"";
      case 1 -> "\"" + "\\ud800".repeat(random.nextInt(300)) + "\"";
      case 2 -> "\"" + "\ud83d\ude00".repeat(random.nextInt(300)) + "\"";
      case 3 -> "\"" + "a ".repeat(random.nextInt(400)) + "\"";
      default -> bytes.oneOf(STRINGS);
    };
  }

  private String cut(String prompt) {
    return prompt.substring(0, random.nextInt(prompt.length() + 1));
  }

  private byte[] flipped(byte[] prompt) {
    for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
      prompt[random.nextInt(prompt.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return prompt;
  }
}
