package io.flinklm.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.Chunk;
import io.flinklm.lane.Segment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rule of batches: what must hold of any chunks, and what it makes of a few. */
class StreamBatchesTest {
  private static final int SIZE = 4;
  private static final long TIMEOUT = 20;

  private final List<StreamBatch> batches = new ArrayList<>();

  private static StreamChunk chunk(String stream, long time, int index) {
    return new StreamChunk(
        stream, 0, time, new Chunk(0, Segment.FIRST, index, index == 0, new int[] {index, 1}));
  }

  /** Chunks of streams of very unequal rates, each in the order of its text. */
  private static List<List<StreamChunk>> streams(Random random) {
    List<List<StreamChunk>> streams = new ArrayList<>();
    int count = 1 + random.nextInt(9);
    for (int stream = 0; stream < count; stream++) {
      List<StreamChunk> chunks = new ArrayList<>();
      int pause = 1 << random.nextInt(9);
      long time = random.nextInt(50);
      while (time < 600 && chunks.size() < 200) {
        chunks.add(chunk("key " + stream, time, chunks.size()));
        time += random.nextInt(pause);
      }
      streams.add(chunks);
    }
    return streams;
  }

  private static List<StreamBatch> inOrder(List<List<StreamChunk>> streams) {
    List<StreamBatch> made = new ArrayList<>();
    StreamBatches rule = new StreamBatches(SIZE, TIMEOUT);
    streams.forEach(chunks -> chunks.forEach(chunk -> rule.add(chunk, made::add)));
    rule.pass(Long.MAX_VALUE, made::add);
    return made;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void anyOrderOfArrivalGivesTheSameBatchesAlsoAcrossSnapshots(int seed) throws Exception {
    for (int run = 0; run < 50; run++) {
      Random random = new Random(100L * seed + run);
      List<List<StreamChunk>> streams = streams(random);
      List<StreamBatch> expected = inOrder(streams);
      List<StreamBatch> made = new ArrayList<>();
      StreamBatches rule = new StreamBatches(SIZE, TIMEOUT);
      int[] next = new int[streams.size()];
      while (true) {
        List<Integer> left = new ArrayList<>();
        for (int stream = 0; stream < next.length; stream++) {
          if (next[stream] < streams.get(stream).size()) {
            left.add(stream);
          }
        }
        if (left.isEmpty()) {
          break;
        }
        int stream = left.get(random.nextInt(left.size()));
        rule.add(streams.get(stream).get(next[stream]++), made::add);
        long first = Long.MAX_VALUE;
        for (int other = 0; other < next.length; other++) {
          if (next[other] < streams.get(other).size()) {
            first = Math.min(first, streams.get(other).get(next[other]).time());
          }
        }
        if (random.nextInt(3) == 0 && first != Long.MAX_VALUE) {
          // A watermark that says no more than what is true.
          rule.pass(first - 1 - random.nextInt(5), made::add);
        }
        if (random.nextInt(20) == 0) {
          rule = restored(rule);
        }
      }
      rule.pass(Long.MAX_VALUE, made::add);

      assertThat(made).isEqualTo(expected);
      assertThat(rule.late()).isZero();
      assertThat(rule.waiting()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void theStreamsOfABatchWereExpectedWhenTheOneBeforeItWent(int seed) {
    for (int run = 0; run < 50; run++) {
      StreamBatches rule = new StreamBatches(SIZE, TIMEOUT);
      streams(new Random(100L * seed + run))
          .forEach(chunks -> chunks.forEach(chunk -> rule.add(chunk, batches::add)));
      Set<String> expected = new HashSet<>(rule.expected());
      rule.pass(
          Long.MAX_VALUE,
          batch -> {
            batch.rows().forEach(chunk -> assertThat(expected).contains(chunk.stream()));
            expected.clear();
            expected.addAll(rule.expected());
            assertThat(expected).hasSizeLessThanOrEqualTo(2 * SIZE);
          });
      assertThat(expected).isEmpty();
    }
  }

  private static StreamBatches restored(StreamBatches rule) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    rule.write(new DataOutputStream(bytes));
    StreamBatches restored = new StreamBatches(SIZE, TIMEOUT);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    restored.read(in, StreamChunk::read);
    assertThat(in.available()).isZero();
    return restored;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void everyChunkIsInOneBatchInTheOrderOfItsStreamAndWithinTheBound(int seed) {
    for (int run = 0; run < 50; run++) {
      List<StreamChunk> sorted =
          streams(new Random(1000L * seed + run)).stream()
              .flatMap(List::stream)
              .sorted()
              // At times of their own, so that it is seen what went before each.
              .toList();
      List<StreamChunk> all = new ArrayList<>();
      for (int i = 0; i < sorted.size(); i++) {
        StreamChunk each = sorted.get(i);
        all.add(new StreamChunk(each.stream(), 0, 3L * i, each.chunk()));
      }
      List<StreamBatch> made = new ArrayList<>();
      StreamBatches rule = new StreamBatches(SIZE, TIMEOUT);
      Map<StreamChunk, Integer> before = new HashMap<>();
      Map<StreamChunk, Integer> ownWaiting = new HashMap<>();
      Map<String, Integer> came = new HashMap<>();
      for (StreamChunk next : all) {
        rule.pass(next.time() - 1, made::add);
        before.put(next, made.size());
        long trained =
            made.stream()
                .flatMap(batch -> batch.rows().stream())
                .filter(row -> row.stream().equals(next.stream()))
                .count();
        ownWaiting.put(next, came.getOrDefault(next.stream(), 0) - (int) trained);
        came.merge(next.stream(), 1, Integer::sum);
        rule.add(next, made::add);
        rule.pass(next.time(), made::add);
        assertThat(rule.waiting()).isLessThan(2 * SIZE);
      }
      rule.pass(Long.MAX_VALUE, made::add);

      Map<String, Integer> next = new TreeMap<>();
      int rows = 0;
      for (int number = 0; number < made.size(); number++) {
        StreamBatch batch = made.get(number);
        assertThat(batch.number()).isEqualTo(number);
        assertThat(batch.rows()).hasSizeBetween(1, SIZE);
        Set<String> names = new HashSet<>();
        for (StreamChunk row : batch.rows()) {
          assertThat(names.add(row.stream())).isTrue();
          assertThat(row.chunk().index()).isEqualTo(next.merge(row.stream(), 1, Integer::sum) - 1);
          assertThat(number - before.get(row)).isEqualTo(ownWaiting.get(row));
          assertThat(ownWaiting.get(row)).isLessThanOrEqualTo(SIZE);
          rows++;
        }
      }
      assertThat(rows).isEqualTo(all.size());
    }
  }

  @Test
  void aStreamTenThousandTimesFasterStarvesNobody() {
    StreamBatches rule = new StreamBatches(64, 1_000);
    int[] fast = {0};
    for (int slow = 0; slow < 5; slow++) {
      for (int i = 0; i < 10_000; i++) {
        long time = 10_000L * slow + i;
        rule.add(chunk("key fast", time, fast[0]++), batches::add);
        rule.pass(time, batches::add);
      }
      int made = batches.size();
      rule.add(chunk("key slow", 10_000L * (slow + 1), slow), batches::add);
      rule.pass(10_000L * (slow + 1), batches::add);
      rule.pass(10_000L * (slow + 1) + 1_000, batches::add);

      assertThat(batches.size()).isGreaterThan(made);
      assertThat(batches.get(made).rows())
          .extracting(StreamChunk::stream)
          .containsExactly("key fast", "key slow");
      assertThat(rule.waiting()).isLessThan(2 * 64);
    }
  }

  @Test
  void itSaysWhatTimeIsWaitedFor() {
    StreamBatches rule = new StreamBatches(SIZE, TIMEOUT);
    assertThat(rule.due()).isEqualTo(Long.MAX_VALUE);
    assertThat(rule.passed()).isEqualTo(Long.MIN_VALUE);

    rule.add(chunk("key a", 100, 0), batches::add);
    assertThat(rule.due()).as("the first chunk is ahead").isEqualTo(100);
    rule.pass(110, batches::add);
    assertThat(rule.due()).as("the batch that it began is open").isEqualTo(100 + TIMEOUT);
    assertThat(rule.passed()).isEqualTo(110);
    assertThat(batches).isEmpty();
    rule.pass(rule.due(), batches::add);
    assertThat(batches).hasSize(1);
  }

  @Test
  void rowsAreCalledByTheirStreams() {
    String name = StreamName.of("höst".getBytes(UTF_8), 3);
    StreamBatch batch =
        new StreamBatch(0, List.of(chunk(name, 1, 0), chunk(StreamName.of(null, 3), 1, 0)));

    assertThat(batch.batch().streams()).containsExactly("key höst", "partition 3");
  }

  @Test
  void aFullBatchGoesAtOnce() {
    StreamBatches rule = new StreamBatches(2, TIMEOUT);
    rule.add(chunk("b", 1, 0), batches::add);
    rule.add(chunk("a", 2, 0), batches::add);
    rule.add(chunk("c", 3, 0), batches::add);
    assertThat(batches).isEmpty();
    rule.pass(2, batches::add);

    assertThat(batches).containsExactly(batch(0, chunk("b", 1, 0), chunk("a", 2, 0)));
    assertThat(rule.waiting()).isEqualTo(1);
  }

  @Test
  void whatIsLaterThanTheDeadlineBelongsToTheNextBatch() {
    StreamBatches rule = new StreamBatches(SIZE, TIMEOUT);
    rule.add(chunk("a", 100, 0), batches::add);
    rule.add(chunk("b", 120, 0), batches::add);
    rule.add(chunk("c", 121, 0), batches::add);
    rule.pass(119, batches::add);
    assertThat(batches).isEmpty();
    rule.pass(120, batches::add);

    assertThat(batches).containsExactly(batch(0, chunk("a", 100, 0), chunk("b", 120, 0)));
    rule.pass(140, batches::add);
    assertThat(batches).hasSize(1);
    rule.pass(141, batches::add);
    assertThat(batches).hasSize(2);
  }

  @Test
  void theDeadlineOfWhatWasDeferredCountsFromWhenTheBatchBeforeItWent() {
    StreamBatches rule = new StreamBatches(SIZE, TIMEOUT);
    rule.add(chunk("a", 100, 0), batches::add);
    rule.add(chunk("a", 101, 1), batches::add);
    rule.pass(120, batches::add);
    assertThat(batches).containsExactly(batch(0, chunk("a", 100, 0)));
    rule.pass(139, batches::add);
    assertThat(batches).hasSize(1);
    rule.pass(140, batches::add);
    assertThat(batches).hasSize(2);
  }

  @Test
  void asManyDeferredAsABatchHasRowsMakeItGo() {
    StreamBatches rule = new StreamBatches(3, 1_000);
    for (int i = 0; i < 4; i++) {
      rule.add(chunk("a", i, i), batches::add);
    }
    rule.pass(2, batches::add);
    assertThat(batches).isEmpty();
    rule.pass(3, batches::add);

    assertThat(batches).containsExactly(batch(0, chunk("a", 0, 0)));
    assertThat(rule.waiting()).isEqualTo(3);
  }

  @Test
  void aLateChunkIsInTheNextBatchAndCounted() {
    StreamBatches rule = new StreamBatches(SIZE, TIMEOUT);
    rule.add(chunk("a", 100, 0), batches::add);
    rule.add(chunk("a", 105, 1), batches::add);
    rule.add(chunk("a", 110, 2), batches::add);
    rule.pass(110, batches::add);
    rule.add(chunk("b", 90, 0), batches::add);
    rule.add(chunk("b", 107, 1), batches::add);
    rule.pass(Long.MAX_VALUE, batches::add);

    assertThat(rule.late()).isEqualTo(2);
    assertThat(batches)
        .containsExactly(
            batch(0, chunk("a", 100, 0), chunk("b", 90, 0)),
            batch(1, chunk("a", 105, 1), chunk("b", 107, 1)),
            batch(2, chunk("a", 110, 2)));
  }

  @Test
  void manyLateChunksMakeNoBatchesOfOneRowEach() {
    StreamBatches rule = new StreamBatches(SIZE, TIMEOUT);
    rule.pass(10_000, batches::add);
    for (int stream = 0; stream < 2 * SIZE; stream++) {
      rule.add(chunk("key " + stream, 5, 0), batches::add);
    }

    assertThat(batches).hasSize(2).allSatisfy(of -> assertThat(of.rows()).hasSize(SIZE));
    assertThat(rule.late()).isEqualTo(2 * SIZE);
  }

  @Test
  void timesAtTheEndsOfWhatThereIsAreTimesLikeOthers() {
    StreamBatches rule = new StreamBatches(SIZE, TIMEOUT);
    rule.add(chunk("a", Long.MIN_VALUE + 1, 0), batches::add);
    rule.add(chunk("a", Long.MAX_VALUE, 1), batches::add);
    rule.add(chunk("b", Long.MAX_VALUE - 1, 0), batches::add);
    rule.pass(Long.MAX_VALUE, batches::add);

    assertThat(batches).hasSize(2);
    assertThat(rule.waiting()).isZero();
  }

  private static StreamBatch batch(long number, StreamChunk... rows) {
    return new StreamBatch(number, List.of(rows));
  }
}
