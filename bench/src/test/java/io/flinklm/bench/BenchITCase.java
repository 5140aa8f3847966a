package io.flinklm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinklm.bench.speed.PyTorchLoop;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The measurements of {@code bench}, in small; how fast anything is says no test. */
class BenchITCase {
  /** What bench and bench growth may leave. */
  static final List<String> LEFT = List.of("bench.json", "bench.png", "growth.json");

  @TempDir private Path directory;

  @Test
  void allTakeTurns() throws Exception {
    boolean hasPyTorch = PyTorchLoop.python().isPresent();
    Ended ended =
        Command.here(
            directory,
            "bench",
            "--hidden=8",
            "--lanes=8",
            "--bptt=5",
            "--vocabulary-size=100",
            "--seconds=1",
            "--checkpoint-interval=1",
            "--repetitions=2",
            "--pytorch-threads=1",
            "--out=speed",
            "--json");
    JsonNode json = ended.json();
    Path out = directory.resolve("speed");
    assertThat(new JsonMapper().readTree(out.resolve("bench.json").toFile())).isEqualTo(json);
    assertThat(ImageIO.read(out.resolve("bench.png").toFile()).getWidth()).isEqualTo(1100);

    requireNothingElse(out);

    List<String> all =
        new ArrayList<>(List.of("step", "plain_loop", "pipeline", "step_lmmodel6", "djl"));
    List<String> ratios = new ArrayList<>(List.of("pipeline_to_step", "step_to_djl"));
    if (hasPyTorch) {
      all.add("pytorch");
      ratios.addAll(List.of("pipeline_to_pytorch", "step_to_pytorch"));
      assertThat(json.at("/pytorch/pytorch/torch").asText()).isNotEmpty();
      assertThat(json.at("/pytorch/pytorch/threads").asInt()).isEqualTo(1);
      assertThat(json.at("/resident_memory_bytes/pytorch").asLong()).isPositive();
    } else {
      assertThat(ended.out()).contains("PyTorch's own loop is not measured: no python3");
    }
    JsonNode speeds = json.get("tokens_per_second");
    assertThat(speeds.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(all);
    speeds.forEach(
        speed -> {
          assertThat(speed.get("rounds")).hasSize(2);
          assertThat(speed.get("median").asDouble())
              .isBetween(speed.get("lowest").asDouble(), speed.get("highest").asDouble());
          assertThat(speed.get("lowest").asDouble()).isPositive();
        });
    assertThat(json.get("ratios").fieldNames()).toIterable().containsAll(ratios);
    double mean = 0;
    for (int round = 0; round < 2; round++) {
      mean += rate(speeds, "pipeline", round) / rate(speeds, "step", round) / 2;
    }
    assertThat(json.at("/ratios/pipeline_to_step").asDouble()).isCloseTo(mean, within(1e-12));
    assertThat(json.at("/gigaflop_per_second/median").asDouble()).isPositive();
    assertThat(json.get("share_of_ceiling").asDouble()).isPositive();
    assertThat(json.get("milliseconds_by_part").fieldNames())
        .toIterable()
        .containsExactly(
            "assemble", "forward", "loss", "backward", "sum", "report", "update", "state");
    assertThat(json.at("/machine/cores").asInt()).isPositive();
    assertThat(json.at("/model/engine_threads").asInt()).isEqualTo(1);
    assertThat(json.at("/model/bptt").asInt()).isEqualTo(5);
    assertThat(json.get("vocabulary").asInt()).isEqualTo(100);
    assertThat(ended.out()).contains("pipeline to step", "the step's share of that");
  }

  private static void requireNothingElse(Path out) throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      assertThat(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> !name.equals("flink-lm.log")))
          .isNotEmpty()
          .isSubsetOf(LEFT);
    }
  }

  private static double rate(JsonNode speeds, String of, int round) {
    return speeds.get(of).get("rounds").get(round).asDouble();
  }

  @Test
  void growthIsMeasuredByLanesWidthAndLength() throws Exception {
    Ended ended =
        Command.here(
            directory,
            "bench",
            "growth",
            "--lanes=2,4",
            "--hidden=8",
            "--tokens=10000,20000",
            "--seconds=1",
            "--repetitions=2",
            "--out=growth",
            "--json");
    JsonNode json = ended.json();
    Path file = directory.resolve("growth/growth.json");
    assertThat(new JsonMapper().readTree(file.toFile())).isEqualTo(json);
    requireNothingElse(file.getParent());
    assertThat(json.at("/steps").findValuesAsText("lanes")).containsExactly("2", "4");
    for (JsonNode step : json.get("steps")) {
      assertThat(step.get("hidden").asInt()).isEqualTo(8);
      assertThat(step.get("tokens_per_second").asDouble())
          .isBetween(step.get("lowest").asDouble(), step.get("highest").asDouble());
      assertThat(step.get("lowest").asDouble()).isPositive();
    }
    assertThat(json.get("texts")).hasSize(2);
    // All windows of 16 tokens that each of 64 lanes has, at least.
    assertThat(json.at("/texts/0/tokens").asInt()).isGreaterThanOrEqualTo(9 * 64 * 16);
    assertThat(json.at("/texts/1/tokens").asInt()).isGreaterThanOrEqualTo(19 * 64 * 16);
    for (JsonNode text : json.get("texts")) {
      double rate = text.get("tokens_per_second").asDouble();
      assertThat(text.get("nanoseconds_per_token").asDouble()).isCloseTo(1e9 / rate, within(1e-6));
    }
  }

  @Test
  void predictionsAreCountedById() throws Exception {
    Ended ended =
        Command.here(
            "bench",
            "predictions",
            "--rate=20",
            "--tokens=3",
            "--seconds=1",
            "--repetitions=2",
            "--hidden=8",
            "--json");
    JsonNode json = ended.json();
    assertThat(json.get("prompts").asInt()).isEqualTo(40);
    assertThat(json.get("answered").asInt()).isEqualTo(40);
    assertThat(json.get("errors").asInt()).isZero();
    assertThat(json.get("lost")).isEmpty();
    assertThat(json.at("/latency_ms/p50").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(json.at("/latency_ms/p99").asDouble());
    assertThat(json.get("tokens_per_second_without").asDouble()).isPositive();
    assertThat(json.get("tokens_per_second_with").asDouble()).isPositive();
    assertThat(json.get("ratios")).hasSize(2);
    double mean = (json.at("/ratios/0").asDouble() + json.at("/ratios/1").asDouble()) / 2;
    assertThat(json.get("ratio").asDouble()).isCloseTo(mean, within(1e-12));
    assertThat(ended.out())
        .contains("sent 40, answered 40, errors 0, lost 0, answered again 0")
        .contains("latency   p50 ", "median of 2 pairs");
  }

  @Test
  void allThatIsPublishedIsFed() throws Exception {
    Ended ended =
        Command.here(
            "bench",
            "feed",
            "--tokens=100000",
            "--lanes=7",
            "--bptt=5",
            "--partitions=3",
            "--repetitions=2",
            "--json");
    JsonNode json = ended.json();
    assertThat(json.get("tokens").asLong()).isGreaterThanOrEqualTo(100_000);
    for (String field :
        new String[] {
          "published_tokens_per_second",
          "fed_tokens_per_second",
          "published_cpu_seconds_per_million_tokens",
          "fed_cpu_seconds_per_million_tokens",
          "training_thread_micros_per_step",
          "tokens_waiting_at_most"
        }) {
      assertThat(json.get(field).asDouble()).as(field).isPositive();
    }
    assertThat(json.get("fed_tokens_per_second_of_each")).hasSize(2);
    assertThat(ended.out()).contains("medians of 2 repetitions");
  }

  @Test
  void continuationsAreThoseOfTheModelOnDisk() throws Exception {
    Ended trained =
        Command.here(
            "bench", "continuations", "--seeds=0,1", "--epochs=1", "--prompts=7", "--json");
    JsonNode models = trained.json().get("models");
    assertThat(models.fieldNames()).toIterable().containsExactly("0", "1");
    assertThat(models.at("/0/weights_sha256")).isNotEqualTo(models.at("/1/weights_sha256"));
    assertThat(trained.out()).contains("8000 to 8999", "9000 to 9999", "expected | found");
    Ended run =
        Command.here(directory, "run", "--plain-loop", "--epochs=1", "--out=plain", "--json");
    assertThat(run.json().get("weights_sha256")).isEqualTo(models.at("/0/weights_sha256"));

    String plain = directory.resolve("plain").toString();
    Ended given =
        Command.here("bench", "continuations", "--from=" + plain, "--prompts=7", "--json");
    JsonNode again = given.json().get("models").get(plain);
    JsonNode first = models.get("0");
    for (String field :
        new String[] {"prompts", "right", "share", "step", "weights_sha256", "wrong", "mistakes"}) {
      assertThat(again.get(field)).as(field).isNotNull().isEqualTo(first.get(field));
    }
    assertThat(first.get("prompts").asInt()).isEqualTo(7);
    assertThat(first.get("right").asInt() + first.get("mistakes").size()).isEqualTo(7);
  }
}
