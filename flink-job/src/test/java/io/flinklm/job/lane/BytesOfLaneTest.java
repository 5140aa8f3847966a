package io.flinklm.job.lane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.record.TextRecord;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Windows;
import io.flinklm.text.ByteTokenizer;
import io.flinklm.text.CharacterTokenizer;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import io.flinklm.topics.TextReading.Text;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each byte of a lane's records is in a chunk, in one alone, or refused. */
class BytesOfLaneTest {
  private static final Tokenizer WORDS = WordTokenizer.of(List.of("a", "bc", "日本", "<unk>"));
  private static final String[] PIECES = {"a", " bc", "日本 ", "\n", "  ", "other", " a bc a\t"};
  private static final String MARK = "\ufeff";

  private final List<LaneEvent> events = new ArrayList<>();

  private static Stream<Tokenizer> tokenizers() {
    return Stream.of(WORDS, new CharacterTokenizer(new int[] {0x65e5}), new ByteTokenizer());
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void noneIsLostAndNoneIsThereTwice(Tokenizer tokenizer) throws Exception {
    for (boolean contiguous : new boolean[] {true, false}) {
      for (int seed = 0; seed < 200; seed++) {
        long sent = sendAny(new Random(seed), tokenizer, new Windows(4, contiguous));

        assertThat(chunks() + refused().values().stream().mapToLong(Long::longValue).sum())
            .as("seed %d, contiguous %s", seed, contiguous)
            .isEqualTo(sent);
        events.clear();
      }
    }
  }

  private long sendAny(Random random, Tokenizer tokenizer, Windows cut) throws Exception {
    LaneCursor cursor = new LaneCursor(0, cut);
    long sent = 0;
    int position = 0;
    for (int i = 0; i < 30; i++) {
      StringBuilder text = new StringBuilder(random.nextInt(8) == 0 ? MARK : "");
      for (int left = random.nextInt(5); left > 0; left--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      int from = random.nextInt(5) == 0 ? Math.max(0, position + random.nextInt(9) - 4) : position;
      TextRecord record = record(text.toString(), Integer.toString(from));
      sent += record.size();
      int tokens = TokenizedRecord.of(record, tokenizer, 1).tokens().ids().length;
      send(record, tokenizer, cursor);
      position = Math.max(position, from + tokens);
      if (random.nextInt(6) == 0) {
        cursor = LaneCursor.read(0, cut, id -> 0, cursor.write());
      }
    }
    cursor.end(events::add);
    return sent;
  }

  private void send(TextRecord record, Tokenizer tokenizer, LaneCursor cursor) {
    TokenizedRecord read = TokenizedRecord.of(record, tokenizer, 1);
    Text text = (Text) read.reading();
    LaneText.Tokens tokens =
        new LaneText.Tokens(0, text.place(), read.tokens().ids(), read.tokens().lengths(), record);
    try {
      cursor.accept(tokens, events::add);
    } catch (MisplacedException e) {
      // It is refused.
    }
  }

  @Test
  void aRecordOfWhiteSpaceHasAReasonOfItsOwn() {
    LaneCursor cursor = new LaneCursor(0, new Windows(4, true));
    send(record(" a", "0"), WORDS, cursor);
    send(record(" \n\t", "1"), WORDS, cursor);
    send(record("", "1"), WORDS, cursor);
    send(record("bc a a 日本 a ", "1"), WORDS, cursor);
    cursor.end(events::add);

    assertThat(refused()).isEqualTo(Map.of(Reason.NO_TOKEN, 3L, Reason.TAIL, 3L));
    assertThat(chunks()).isEqualTo(2 + 2 + 2 + 2 + 7);
  }

  private long chunks() {
    long bytes = 0;
    for (LaneEvent event : events) {
      if (event instanceof LaneEvent.Cut cut) {
        Chunk chunk = cut.chunk();
        bytes += new Batch(chunk.segment(), chunk.index(), List.of(chunk)).newBytes();
      }
    }
    return bytes;
  }

  private Map<Reason, Long> refused() {
    Map<Reason, Long> refused = new EnumMap<>(Reason.class);
    for (LaneEvent event : events) {
      if (event instanceof LaneEvent.Refused of) {
        refused.merge(of.refusal().reason(), (long) of.refusal().bytes(), Long::sum);
      }
    }
    return refused;
  }

  private static TextRecord record(String text, String position) {
    return new TextRecord(
        "0".getBytes(UTF_8), text.getBytes(UTF_8), "0", "train", position, "text", 0, 0);
  }
}
