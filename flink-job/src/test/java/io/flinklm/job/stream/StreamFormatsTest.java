package io.flinklm.job.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.state.KeptBlob;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.ChunkBytes;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Windows;
import io.flinklm.stream.StreamBatches;
import io.flinklm.stream.StreamBatching;
import io.flinklm.stream.StreamChunk;
import io.flinklm.stream.StreamCursor;
import io.flinklm.stream.StreamEnd;
import io.flinklm.stream.StreamState;
import io.flinklm.text.TextTokens;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The blobs of streams: each version that there ever was is read, a change makes a new one, and
 * nothing else is read.
 */
class StreamFormatsTest {
  private static final Windows CUT = new Windows(3, true);
  private static final long TTL = 100;

  private static final StreamCursor.Events NOBODY =
      new StreamCursor.Events() {
        @Override
        public void started() {
          // Of no interest.
        }

        @Override
        public void cut(StreamChunk chunk) {
          // Of no interest.
        }

        @Override
        public void ended(StreamEnd end) {
          // Of no interest.
        }
      };

  private static StreamCursor cursor() {
    StreamCursor cursor = new StreamCursor("key a", CUT, TTL);
    cursor.accept(7, new TextTokens(new int[] {1, 2, 3, 4, 5}, new int[] {1, 1, 2, 3, 5}), NOBODY);
    return cursor;
  }

  private static StreamState state() {
    return new StreamState(
        1L << 40,
        new HiddenState(List.of(new float[] {0.5f, -1e-9f}, new float[] {1.5f, -0.375f})));
  }

  private static StreamBatching training() {
    return new StreamBatching(new StreamBatches(4, 20), null);
  }

  /**
   * Chunks that wait.
   *
   * @param atTheirTime whether their streams began with them, and not before
   */
  private static StreamBatching waiting(boolean atTheirTime) {
    StreamBatching training = training();
    training.add(chunk("key \u00ff", atTheirTime ? 5 : 1, 5, 0));
    training.add(chunk("key a", atTheirTime ? 6 : 2, 6, 1));
    training.add(chunk("key a", atTheirTime ? 6 : 2, 6, 2));
    training.pass(7);
    training.add(chunk("partition 3", atTheirTime ? 9 : 3, 9, 3));
    training.add(new StreamEnd("key b", 1_000, 2, 3));
    return training;
  }

  private static StreamChunk chunk(String stream, long began, long time, int index) {
    return new StreamChunk(
        stream,
        began,
        time,
        new Chunk(
            0, Segment.FIRST, index, index == 0, new int[] {1, 2, 3}, new ChunkBytes(1, 7, 4)));
  }

  @Test
  void aChangedFormatOfCursorsHasANewVersion() throws Exception {
    KeptBlob.of("scur-2.blob").requireUnchanged(cursor().write());
  }

  @Test
  void soHasOneOfHiddenStates() throws Exception {
    KeptBlob.of("shid-1.blob").requireUnchanged(state().write());
  }

  @Test
  void soHasOneOfWhatIsInNoBatch() throws Exception {
    KeptBlob.of("sbat-2.blob").requireUnchanged(waiting(false).write());
  }

  @Test
  void everyVersionIsGoneOnFrom() throws Exception {
    // An older build did not say when a stream began: it goes on as one that did with its last
    // record, which is what these did.
    for (String name : List.of("scur-1.blob", "scur-2.blob")) {
      byte[] kept = KeptBlob.of(name).bytes();
      assertThat(StreamCursor.read("key a", CUT, TTL, kept).write()).isEqualTo(cursor().write());
    }
    assertThat(StreamState.read(KeptBlob.of("shid-1.blob").bytes())).isEqualTo(state());
    StreamBatching training = training();
    training.read(KeptBlob.of("sbat-2.blob").bytes());
    assertThat(training.write()).isEqualTo(waiting(false).write());
    StreamBatching older = training();
    older.read(KeptBlob.of("sbat-1.blob").bytes());
    assertThat(older.write()).isEqualTo(waiting(true).write());
  }

  @Test
  void whatIsDamagedIsRefused() throws Exception {
    KeptBlob.of("scur-2.blob")
        .requireRefusedIfDamaged(blob -> StreamCursor.read("key a", CUT, TTL, blob));
    KeptBlob.of("shid-1.blob").requireRefusedIfDamaged(StreamState::read);
    KeptBlob.of("sbat-2.blob").requireRefusedIfDamaged(blob -> training().read(blob));
  }

  @Test
  void theReasonOfSilenceIsKeptByName() {
    assertThat(new StreamEnd("key a", 1, 2, 3).refusal())
        .isEqualTo(new Refusal(Refusal.Reason.of("silent"), 2, 3));
  }
}
