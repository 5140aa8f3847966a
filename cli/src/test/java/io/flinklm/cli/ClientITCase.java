package io.flinklm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.local.kafka.TestedKafka;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the image {@code cli} runs: on the class path that it has there. */
class ClientITCase {
  private static final Path TARGET = Path.of("target").toAbsolutePath();

  @TempDir private Path directory;

  /** What a process printed, both streams, and its exit code. */
  private record Said(int code, String text) {}

  @Test
  void itsClassPathHasNeitherFlinkNorBrokerNorEngine() throws IOException {
    assertThat(jars("client"))
        .anyMatch(jar -> jar.startsWith("kafka-clients-"))
        .anyMatch(jar -> jar.startsWith("log4j-slf4j-impl-"))
        .noneMatch(jar -> jar.startsWith("flink-") && !jar.startsWith("flink-job-"))
        .noneMatch(jar -> jar.startsWith("kafka_") || jar.startsWith("kafka-server"))
        .noneMatch(jar -> jar.startsWith("pytorch-") || jar.startsWith("api-"))
        .noneMatch(jar -> jar.startsWith("tokenizers-"));
    // The launcher's own: without this one, nothing would be written to its log.
    assertThat(jars("lib")).anyMatch(jar -> jar.startsWith("log4j-slf4j-impl-"));
  }

  @Test
  void itSpeaksToKafka() throws Exception {
    try (TestedKafka kafka = TestedKafka.start(directory.resolve("kafka"))) {
      String where = "--bootstrap=" + kafka.address();

      assertThat(client("topics", where).code()).isZero();
      Said produced = client("produce", where, "--lanes=8", "--epochs=1");
      assertThat(produced.code()).as(produced.text()).isZero();
      assertThat(produced.text()).contains(" tokens published in 8 lanes to " + kafka.address());
      assertThat(mistake("scores", where)).contains("is the job run with --scores?");
      assertThat(mistake("predict", "one", where, "--wait=1s"))
          .contains("nobody answered at " + kafka.address());
    }
  }

  @Test
  void itSaysWhatItCannotDo() throws Exception {
    assertThat(mistake("predict", "one", "--from=" + directory))
        .isEqualTo(
            "flink-lm: this flink-lm has no engine to compute with --from; ask a job with"
                + " --bootstrap");
    Path tokenizer =
        Path.of("../model/src/test/resources/fixtures/byte-level.tokenizer.json").toAbsolutePath();
    assertThat(mistake("produce", "--bootstrap=a:1", "--tokenizer=" + tokenizer))
        .isEqualTo(
            "flink-lm: this flink-lm has no library for the tokenizer "
                + tokenizer
                + "; use the whole one");
    assertThat(mistake("run")).contains("'run'", "flink-lm --help");
    assertThat(client("--help").text())
        .contains("topics", "produce", "watch", "scores", "redeliver", "predict", "chat")
        .doesNotContain("reproduce", "bench");
  }

  private String mistake(String... arguments) throws Exception {
    Said said = client(arguments);
    assertThat(said.code()).as(said.text()).isEqualTo(2);
    assertThat(said.text()).hasLineCount(1).startsWith("flink-lm: ");
    return said.text().strip();
  }

  private Said client(String... arguments) throws Exception {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true", "-cp"));
    line.add(
        Stream.concat(Stream.of(ownJar()), Stream.of(TARGET.resolve("client") + "/*"))
            .collect(Collectors.joining(File.pathSeparator)));
    line.add(FlinkLmClient.class.getName());
    line.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(line).directory(directory.toFile()).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), text);
  }

  private static String ownJar() throws Exception {
    Path place =
        Path.of(FlinkLmClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return place.toString();
  }

  private static List<String> jars(String folder) throws IOException {
    try (Stream<Path> files = Files.list(TARGET.resolve(folder))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
