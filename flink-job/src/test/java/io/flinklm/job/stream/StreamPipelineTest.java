package io.flinklm.job.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.record.TextRecord;
import io.flinklm.job.stream.StreamPipeline.State;
import io.flinklm.job.stream.StreamsText.Expected;
import io.flinklm.job.stream.StreamsText.Line;
import io.flinklm.topics.Score;
import io.flinklm.train.Report;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operators of streams with the real engine and a model of eight hidden units. */
class StreamPipelineTest {
  private static final StreamsText TEXT = StreamsText.of(0);
  private static final List<Report> EXPECTED = TEXT.plainLoop();
  private static final List<Expected> SCORES = TEXT.scores();
  private static final Comparator<Expected> IN_ORDER =
      Comparator.comparing(Expected::stream).thenComparing(Expected::offset);
  private static final RecursiveComparisonConfiguration NEARLY =
      RecursiveComparisonConfiguration.builder()
          .withEqualsForType((a, b) -> a.equals(b) || Math.abs(a - b) < 1e-9, Double.class)
          .build();

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "3, false", "4, true"})
  void whateverOrderItArrivesInAndWhereverItIsKilledItIsTheLoop(int seed, boolean rocksDb)
      throws Exception {
    Random random = new Random(seed);
    List<Line> order = TEXT.interleaved(random);
    List<Report> reports = new ArrayList<>();
    List<Score> scores = new ArrayList<>();
    State state = null;
    int from = 0;
    for (int kill = 0; kill < 4; kill++) {
      int to = kill == 3 ? order.size() : from + random.nextInt(order.size() / 3);
      try (StreamPipeline pipeline = new StreamPipeline(TEXT, rocksDb, state)) {
        feed(pipeline, order, from, to, random);
        state = pipeline.checkpoint();
        List<Report> kept = pipeline.reports();
        List<Score> keptScores = pipeline.scores();
        // What is done behind the checkpoint is done again.
        feed(pipeline, order, to, Math.min(order.size(), to + 20), random);
        if (to == order.size()) {
          pipeline.end();
          kept = pipeline.reports();
          keptScores = pipeline.scores();
        }
        reports.addAll(kept);
        scores.addAll(keptScores);
      }
      from = to;
    }

    assertThat(reports).isEqualTo(EXPECTED);
    assertThat(scores.stream().map(StreamPipelineTest::expected).sorted(IN_ORDER).toList())
        .usingRecursiveFieldByFieldElementComparator(NEARLY)
        .containsExactlyElementsOf(SCORES);
  }

  private static Expected expected(Score score) {
    return new Expected(score.stream(), score.offset(), score.scored(), score.bitsPerToken());
  }

  private static void feed(
      StreamPipeline pipeline, List<Line> order, int from, int to, Random random) throws Exception {
    for (int i = from; i < to; i++) {
      pipeline.accept(order.get(i).record(TEXT.lines().indexOf(order.get(i))), order.get(i).time());
      if (random.nextInt(4) == 0 && i + 1 < order.size()) {
        pipeline.pass(StreamsText.passed(order, i + 1) - random.nextInt(40));
      }
    }
  }

  @Test
  void theBooksCloseAndWhatCannotBeReadIsInDeadLetters() throws Exception {
    List<Line> lines = TEXT.lines();
    try (StreamPipeline pipeline = new StreamPipeline(TEXT, false, null)) {
      feed(pipeline, lines, 0, lines.size(), new Random(0));
      pipeline.end();

      Report end = pipeline.reports().get(pipeline.reports().size() - 1);
      long produced =
          lines.stream()
              .filter(of -> of.text() != null)
              .mapToLong(of -> of.value().length + 1)
              .sum();
      long refused = end.tokensRefused().values().stream().mapToLong(Long::longValue).sum();
      assertThat(end.tokensRefused()).containsOnlyKeys("silent");
      assertThat(produced - end.tokensTrained() - refused).isBetween(0L, 7L * 4);
      assertThat(end.bytes().bytesTrained()).isEqualTo(end.tokensTrained());
      assertThat(pipeline.deadLetters())
          .hasSize((int) lines.stream().filter(of -> of.text() == null).count())
          .allSatisfy(of -> assertThat(of.error()).startsWith("the record has no value"));
    }
  }

  @Test
  void aStreamThatIsSilentForItsTimeToLiveIsForgottenAndStartsAnew() throws Exception {
    try (StreamPipeline pipeline = new StreamPipeline(TEXT, false, null)) {
      pipeline.accept(new Line("a", 1_000, "abcdefgh").record(0), 1_000);
      pipeline.accept(new Line("b", 1_500, "abcdefgh").record(1), 1_500);
      pipeline.pass(2_999);
      assertThat(pipeline.cursors()).isEqualTo(2);
      assertThat(pipeline.hiddenStates()).isEqualTo(2);
      pipeline.pass(3_000);
      assertThat(pipeline.cursors()).isEqualTo(1);
      assertThat(pipeline.counted(ChunkStreams.ENDED)).isEqualTo(1);
      pipeline.accept(new Line("b", 3_400, "abcdefgh").record(2), 3_400);
      pipeline.pass(3_500);
      assertThat(pipeline.cursors()).isEqualTo(1);
      assertThat(pipeline.hiddenStates()).isEqualTo(1);
      pipeline.accept(new Line("a", 3_600, "abcdefgh").record(3), 3_600);
      pipeline.end();

      assertThat(pipeline.counted(ChunkStreams.STARTED)).isEqualTo(3);
      assertThat(pipeline.counted(ChunkStreams.ENDED)).isEqualTo(1);
      Report end = pipeline.reports().get(pipeline.reports().size() - 1);
      // Of 9 bytes a chunk of five takes five, and the next four.
      assertThat(end.tokensTrained()).isEqualTo(9 + 9 + 8 + 9);
      assertThat(end.tokensRefused()).isEmpty();
    }
  }

  @Test
  void whatIsKnownOfAStreamForItsScoresIsForgottenAtItsEnd() throws Exception {
    try (StreamPipeline pipeline = new StreamPipeline(TEXT, false, null)) {
      pipeline.accept(new Line("a", 1_000, "abcdefghij").record(0), 1_000);
      pipeline.accept(new Line("b", 1_500, "abcdefghij").record(1), 1_500);
      pipeline.pass(3_100);
      assertThat(pipeline.scores()).isEmpty();
      assertThat(pipeline.scored()).isEqualTo(2);

      // Training comes past the end of the first.
      pipeline.accept(new Line("b", 3_400, "abcdefghij").record(2), 3_400);
      pipeline.pass(4_000);
      assertThat(pipeline.scores()).extracting(Score::offset).contains(0L, 1L);
      assertThat(pipeline.scored()).isEqualTo(1);
    }
  }

  @Test
  void recordsWithoutAKeyAreAStreamOfTheirPartition() throws Exception {
    try (StreamPipeline pipeline = new StreamPipeline(TEXT, false, null)) {
      byte[] text = "abc".getBytes(UTF_8);
      for (int i = 0; i < 4; i++) {
        pipeline.accept(new TextRecord(null, text, List.of(), "text", i % 2, i / 2), i);
      }
      assertThat(pipeline.cursors()).isEqualTo(2);
      pipeline.end();

      assertThat(pipeline.reports().get(0).laneCount()).isEqualTo(2);
    }
  }
}
