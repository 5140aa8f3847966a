package io.flinklm.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.flinklm.UserMistake;
import io.flinklm.json.Json;
import io.flinklm.stream.StreamRecord;
import io.flinklm.stream.StreamText;
import io.flinklm.text.TokenCounts;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.TokenizerChoice;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The records of streams in files: a JSON object a line, with {@code key} and {@code text}, which
 * are strings, and {@code time}, which is milliseconds since 1970. Their order is that of time; of
 * one time it is that of the files.
 *
 * @param records in order
 */
public record StreamCorpus(List<KeyedText> records) {

  /** How much text a tokenizer finds. */
  public record Size(long tokens, long bytes) {}

  /**
   * Reads files.
   *
   * @throws UserMistake if one cannot be read or a line is no record
   */
  public static StreamCorpus read(List<Path> files) {
    List<KeyedText> records = new ArrayList<>();
    for (Path file : files) {
      try (BufferedReader lines = Files.newBufferedReader(file, UTF_8)) {
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          number++;
          if (!line.isBlank()) {
            records.add(record(line, file, number));
          }
        }
      } catch (IOException e) {
        throw new UserMistake("cannot read the corpus " + file + ": " + e, e);
      }
    }
    if (records.isEmpty()) {
      throw new UserMistake("the corpus has no record; there is nothing to train on");
    }
    records.sort(Comparator.comparingLong(KeyedText::time));
    return new StreamCorpus(records);
  }

  private static KeyedText record(String line, Path file, int number) {
    try {
      JsonNode json = Json.TOLERANT.readTree(line);
      JsonNode time = json.path("time");
      if (json.path("key").isTextual()
          && json.path("text").isTextual()
          && time.isIntegralNumber()
          && time.canConvertToLong()
          && time.asLong() >= 0) {
        return new KeyedText(json.get("key").asText(), time.asLong(), json.get("text").asText());
      }
    } catch (JsonProcessingException e) {
      throw wrong(file, number, e);
    }
    throw wrong(file, number, null);
  }

  private static UserMistake wrong(Path file, int number, Exception cause) {
    return new UserMistake(
        "line "
            + number
            + " of "
            + file
            + " is no record of a stream: expected a JSON object with key and text, which are"
            + " strings, and time, a whole number of milliseconds since 1970",
        cause);
  }

  /** The tokenizer of a choice, made of the text where it is not given. */
  public Tokenizer learned(TokenizerChoice choice) {
    TokenCounts counts = new TokenCounts();
    records.forEach(each -> choice.count((each.text() + "\n").getBytes(UTF_8), counts));
    return choice.learned(counts);
  }

  /** How much text there is. */
  public Size size(Tokenizer tokenizer) {
    long tokens = 0;
    long bytes = 0;
    for (KeyedText each : records) {
      StreamText text = StreamText.of(each.text().getBytes(UTF_8), tokenizer);
      if (text instanceof StreamText.Tokens read) {
        tokens += read.tokens().ids().length;
        bytes += read.bytes();
      } else if (text instanceof StreamText.Refused refused) {
        tokens += refused.refusal().tokens();
        bytes += refused.refusal().bytes();
      }
    }
    return new Size(tokens, bytes);
  }

  /** The records as the plain loop takes them. */
  public Stream<StreamRecord> ofStreams() {
    return records.stream().map(KeyedText::ofStream);
  }

  /** How many records each partition of a topic gets. */
  public Map<Integer, Long> perPartition(int partitions) {
    Map<Integer, Long> counts = new HashMap<>();
    records.forEach(each -> counts.merge(each.partition(partitions), 1L, Long::sum));
    return counts;
  }
}
