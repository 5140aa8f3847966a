package io.flinklm.cli.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.cli.fixture.MadeRun;
import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {
  private static final List<Report> RUN = MadeRun.of(2);

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("metrics.jsonl");
  }

  @Test
  void aReportIsALine() throws IOException {
    write(MetricsFile.create(path), RUN);
    assertThat(Files.readAllLines(path)).isEqualTo(RUN.stream().map(ReportJson::toLine).toList());
    assertThat(MetricsFile.read(path)).isEqualTo(RUN);
  }

  @Test
  void aLineIsThereAtOnce() {
    try (MetricsFile file = MetricsFile.create(path)) {
      for (int i = 0; i < 3; i++) {
        file.write(RUN.get(i));
        assertThat(MetricsFile.read(path)).isEqualTo(RUN.subList(0, i + 1));
      }
    }
  }

  @Test
  void anInterruptedThreadStillWrites() {
    try (MetricsFile file = MetricsFile.create(path)) {
      Thread.currentThread().interrupt();
      file.write(RUN.get(0));
      assertThat(Thread.interrupted()).isTrue();
      file.write(RUN.get(1));
    }
    assertThat(MetricsFile.read(path)).isEqualTo(RUN.subList(0, 2));
  }

  @Test
  void theLastReportIsReadFromTheEnd() throws IOException {
    Report end = RUN.get(RUN.size() - 1);
    // A hole of 3 GB, which is more than any heap here: nobody may read through it.
    try (RandomAccessFile large = new RandomAccessFile(path.toFile(), "rw")) {
      large.seek(3L << 30);
      large.write('\n');
      large.write((ReportJson.toLine(end) + "\n" + "{\"torn").getBytes(UTF_8));
    }

    assertThat(new OutDirectory(folder).end()).hasValue((Report.RunEnd) end);
    Files.write(path, new byte[0]);
    assertThat(MetricsFile.last(path)).isEmpty();
  }

  @Test
  void ofALongRunEverySegmentStaysAndStepsFromAllOfIt() {
    List<Report> all = MadeRun.of(40);
    List<Report> others = all.stream().filter(report -> !isStep(report)).toList();
    int most = 64;
    assertThat(all.size()).isGreaterThan(4 * most);
    int half = all.size() / 2;
    write(MetricsFile.resume(path, most), all.subList(0, half));
    write(MetricsFile.resume(path, most), all.subList(half, all.size()));

    List<Report> kept = MetricsFile.read(path);
    assertThat(kept).isSubsetOf(all);
    assertThat(kept.stream().filter(report -> !isStep(report))).isEqualTo(others);
    List<Long> steps =
        kept.stream().filter(MetricsFileTest::isStep).map(Report::step).distinct().toList();
    long last = all.get(all.size() - 1).step();
    assertThat(kept.size() - others.size()).isBetween(most / 8, most);
    assertThat(steps.get(0)).isLessThan(last / 4);
    assertThat(steps.get(steps.size() - 1)).isGreaterThan(last * 3 / 4);
    assertThat(kept.get(kept.size() - 1)).isEqualTo(all.get(all.size() - 1));
  }

  private static boolean isStep(Report report) {
    return report instanceof Report.Step;
  }

  @Test
  void aNewRunStartsEmptyAndAResumedOneGoesOn() {
    write(MetricsFile.create(path), RUN.subList(0, 10));
    write(MetricsFile.resume(path), RUN.subList(10, 20));
    assertThat(MetricsFile.read(path)).isEqualTo(RUN.subList(0, 20));
    write(MetricsFile.create(path), RUN.subList(0, 1));
    assertThat(MetricsFile.read(path)).isEqualTo(RUN.subList(0, 1));
  }

  @Test
  void resumingWithoutAFileMakesOne() {
    write(MetricsFile.resume(path), RUN.subList(0, 1));
    assertThat(MetricsFile.read(path)).isEqualTo(RUN.subList(0, 1));
  }

  @Test
  void aTornLastLineWasNeverWritten() throws IOException {
    write(MetricsFile.create(path), RUN.subList(0, 2));
    String torn = ReportJson.toLine(RUN.get(2)).substring(0, 40);
    Files.writeString(path, torn, StandardOpenOption.APPEND);

    assertThat(MetricsFile.read(path)).isEqualTo(RUN.subList(0, 2));
    write(MetricsFile.resume(path), RUN.subList(2, 4));
    assertThat(MetricsFile.read(path)).isEqualTo(RUN.subList(0, 4));
  }

  @Test
  void onlyATornLineIsAnEmptyFile() throws IOException {
    Files.writeString(path, "{\"kind\":");
    assertThat(MetricsFile.read(path)).isEmpty();
    write(MetricsFile.resume(path), RUN.subList(0, 1));
    assertThat(MetricsFile.read(path)).isEqualTo(RUN.subList(0, 1));
  }

  @Test
  void aForeignLineIsTheUsersMistake() throws IOException {
    write(MetricsFile.create(path), RUN.subList(0, 2));
    Files.writeString(path, "four score\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> MetricsFile.read(path))
        .isInstanceOf(UserMistake.class)
        .hasMessageStartingWith(path + ", line 3: not a report: ");
  }

  @Test
  void aFileThatCannotBeOpenedIsTheUsersMistake() {
    Path missing = folder.resolve("missing/metrics.jsonl");
    assertThatThrownBy(() -> MetricsFile.create(missing))
        .isInstanceOf(UserMistake.class)
        .hasMessageStartingWith("cannot write the metrics: " + missing);
    assertThatThrownBy(() -> MetricsFile.read(path))
        .isInstanceOf(UserMistake.class)
        .hasMessageStartingWith("cannot read the metrics: " + path);
  }

  private static void write(MetricsFile file, List<Report> reports) {
    try (file) {
      reports.forEach(file::write);
    }
  }
}
