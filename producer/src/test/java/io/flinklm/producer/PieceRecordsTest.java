package io.flinklm.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.text.Corpus;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.text.TokenizerKind;
import io.flinklm.topics.LaneRecord;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The plan of a text that is cut into tokens piece by piece. */
class PieceRecordsTest {
  private static final Tokenizer TOKENIZER =
      TokenizerKind.SUBWORDS.read(
          Path.of("../model/src/test/resources/fixtures/byte-level.tokenizer.json"));
  private static final Corpus CORPUS = Corpus.humanNumbers(TokenizerChoice.of(TOKENIZER));
  private static final Lanes LANES = Lanes.of(CORPUS.size(), 5, 16).along(CORPUS.pieceStarts());
  private static final LanePlan PLAN = LanePlan.of(CORPUS, LANES, 2);

  private static List<LaneRecord> records(LanePlan plan) {
    return StreamSupport.stream(plan.spliterator(), false).toList();
  }

  private static Map<Integer, LaneRecord> last(List<LaneRecord> records) {
    Map<Integer, LaneRecord> last = new HashMap<>();
    records.forEach(record -> last.put(record.lane(), record));
    return last;
  }

  @Test
  void eachRecordIsCutIntoTheTokensThatTheLoopHas() throws Exception {
    int[][][] next = new int[2][2][5];
    for (LaneRecord record : PLAN) {
      Split split = record.segment().split();
      int[] positions = next[record.segment().epoch()][split == Split.TRAIN ? 0 : 1];
      int[] ids = TOKENIZER.ids(record.text());
      assertThat(record.position()).isEqualTo(positions[record.lane()]);
      assertThat(ids).hasSize(record.tokens());
      for (int i = 0; i < ids.length; i++) {
        int index = LANES.index(split, record.lane(), record.position() + i);
        assertThat(ids[i]).isEqualTo(CORPUS.id(index));
      }
      positions[record.lane()] += ids.length;
    }
    for (Split split : Split.values()) {
      for (int lane = 0; lane < 5; lane++) {
        assertThat(next[1][split == Split.TRAIN ? 0 : 1][lane])
            .isEqualTo(LANES.length(split, lane));
      }
    }
  }

  @Test
  void theForecastIsWhatIsPublishedAndItGoesOnWhereItStopped() {
    List<LaneRecord> all = records(PLAN);
    for (int stop = 0; stop <= all.size(); stop += 1 + all.size() / 50) {
      LanePlan rest = PLAN.after(last(all.subList(0, stop)));
      List<LaneRecord> left = records(rest);
      assertThat(left).isEqualTo(all.subList(stop, all.size()));
      assertThat(rest.tokens()).isEqualTo(left.stream().mapToLong(LaneRecord::tokens).sum());
      assertThat(rest.recordsPerLane().values().stream().mapToLong(n -> n).sum())
          .isEqualTo(left.size());
    }
  }

  @Test
  void aRecordThatIsNoPieceIsOfAnotherText() {
    LaneRecord piece = records(PLAN).get(1);
    Segment segment = piece.segment();
    LaneRecord longer =
        new LaneRecord(1, segment, piece.position(), piece.text(), piece.tokens() + 1);
    assertThatThrownBy(() -> PLAN.after(Map.of(1, longer))).isInstanceOf(UserMistake.class);
    LaneRecord shorter =
        new LaneRecord(1, segment, piece.position(), piece.text(), piece.tokens() - 1);
    assertThatThrownBy(() -> PLAN.after(Map.of(1, shorter))).isInstanceOf(UserMistake.class);
  }
}
