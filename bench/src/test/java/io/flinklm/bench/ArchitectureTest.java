package io.flinklm.bench;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which package knows which, seen from the module that knows all. The list is the whole of it: a
 * package that is to know one more, or one less, says so there.
 */
@AnalyzeClasses(
    packages = "io.flinklm",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      ArchitectureTest.DoNotIncludeFixtures.class
    })
class ArchitectureTest {
  private static final String OURS = "io.flinklm.";

  /** Without the jars of other modules' tests, which this one tests with. */
  static final class DoNotIncludeFixtures implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  private static final String ROOT = "(root)";

  // Whose packages begin so; the longest that fits counts.
  private static final Map<String, String> LIBRARIES =
      Map.ofEntries(
          Map.entry("ai.djl", "DJL"),
          Map.entry("com.fasterxml.jackson", "JSON"),
          Map.entry("io.github.bucket4j", "bucket4j"),
          Map.entry("org.apache.flink", "Flink"),
          Map.entry("org.apache.flink.connector.kafka", "Flink's Kafka connector"),
          Map.entry("org.apache.kafka", "Kafka's clients"),
          Map.entry("kafka", "Kafka's server"),
          Map.entry("org.apache.kafka.controller", "Kafka's server"),
          Map.entry("org.apache.kafka.coordinator", "Kafka's server"),
          Map.entry("org.apache.kafka.image", "Kafka's server"),
          Map.entry("org.apache.kafka.metadata", "Kafka's server"),
          Map.entry("org.apache.kafka.raft", "Kafka's server"),
          Map.entry("org.apache.kafka.server", "Kafka's server"),
          Map.entry("org.apache.kafka.storage", "Kafka's server"),
          Map.entry("picocli", "picocli"),
          Map.entry("me.tongfei", "terminal"),
          Map.entry("org.jline", "terminal"),
          Map.entry("org.knowm", "pictures"),
          Map.entry("java.awt", "pictures"),
          Map.entry("javax.imageio", "pictures"));

  private static final String KNOWS =
      """
      (root):
      application: (root), Flink, application.options, application.settings, job, job.kafka, \
      job.models, job.train, picocli, text, topics, topics.admin, train
      application.options: (root), DJL, application.settings, engine, job.kafka, job.models, \
      job.predict, job.train, net, picocli, text, topics, topics.admin, train
      application.settings: (root), DJL, Flink, JSON, engine, job, job.kafka, job.models, \
      job.predict, job.record, job.train, lane, net, predict, saved, text, topics, train
      bench: (root), DJL, application.options, application.settings, bench.checkpoints, \
      bench.continuations, bench.feed, bench.growth, bench.measure, bench.predictions, \
      bench.replicas, bench.shards, bench.speed, bench.streams, cli, cli.run, cli.screen, \
      engine, net, picocli, text, train
      bench.checkpoints: application.options, application.settings, bench.measure, cli.run, \
      cli.screen, local.flink, picocli, train
      bench.continuations: (root), JSON, application.options, application.settings, \
      bench.measure, cli.run, cli.screen, job.models, json, lane, local.flink, net, picocli, \
      predict, text, topics.client, train
      bench.feed: (root), Flink, JSON, application.options, application.settings, \
      bench.measure, cli.run, cli.screen, engine, job, job.kafka, job.record, job.train, \
      job.wire, json, lane, local.flink, local.kafka, net, picocli, producer, text, topics, \
      topics.admin, topics.client, train
      bench.growth: (root), JSON, application.options, application.settings, bench.measure, \
      cli.run, cli.screen, engine, json, net, picocli, text, train
      bench.measure: DJL, JSON, application.settings, cli.run, cli.screen, engine, json, lane, \
      net, text, train, weights
      bench.predictions: JSON, application.options, application.settings, bench.measure, \
      cli.run, cli.screen, json, picocli, predict, text, topics.client, train
      bench.replicas: (root), application.options, application.settings, bench.measure, \
      bench.speed, cli.run, cli.screen, engine, json, lane, picocli, replica, text, train
      bench.shards: (root), application.options, application.settings, bench.measure, \
      cli.screen, json, picocli, train
      bench.speed: DJL, JSON, application.settings, bench.measure, cli.chart, cli.run, \
      cli.screen, engine, json, lane, net, pictures, text, train
      bench.streams: (root), Kafka's clients, application.options, application.settings, \
      bench.measure, bench.speed, cli.run, cli.screen, job.train, json, local.flink, picocli, \
      text, topics, topics.client, train
      cli: (root), application.options, application.settings, cli.chaos, cli.chart, cli.option, \
      cli.reproduce, cli.run, cli.screen, engine, job.models, job.train, lane, local.kafka, \
      local.process, net, picocli, predict, producer, stream, terminal, text, topics, \
      topics.admin, topics.client, train
      cli.chaos: DJL, Flink, application.options, application.settings, cli.run, cli.screen, \
      lane, local.flink, local.process, picocli, producer, text, topics, topics.admin, \
      topics.client, train
      cli.chart: lane, pictures, train
      cli.option: (root), application.options, picocli, predict, text, train
      cli.reproduce: JSON, application.options, application.settings, cli.chart, cli.option, \
      cli.run, cli.screen, json, lane, net, picocli, pictures, text, train
      cli.run: (root), DJL, Flink, JSON, Kafka's clients, application, application.options, \
      application.settings, cli.chart, cli.option, cli.screen, engine, job, job.kafka, \
      job.models, job.predict, job.train, json, lane, local.flink, local.kafka, \
      local.process, net, predict, producer, replica, saved, stream, text, topics, topics.admin, \
      topics.client, train, weights
      cli.screen: lane, terminal, train
      dashboard: Flink
      engine: (root), DJL
      job: Flink, job.kafka, job.lane, job.models, job.predict, job.record, job.score, \
      job.stream, job.train, job.wire, lane, predict, text, topics, train
      job.kafka: (root), Flink, Flink's Kafka connector, Kafka's clients, job.lane, \
      job.predict, job.record, job.wire, predict, topics, train
      job.lane: (root), Flink, job.record, job.state, job.text, job.wire, lane, text, topics
      job.models: (root), DJL, Flink, JSON, json, net, predict, saved, text, train
      job.predict: (root), Flink, bucket4j, engine, job.models, job.record, net, predict, \
      text
      job.record: (root), Flink, topics
      job.score: (root), Flink, job.state, job.wire, lane, text, topics
      job.state: (root), Flink
      job.stream: Flink, job.record, job.state, job.text, job.wire, lane, stream, text, topics
      job.text: Flink, job.record, job.state, job.wire
      job.train: (root), DJL, Flink, JSON, engine, job.models, job.state, job.wire, json, \
      lane, net, replica, saved, stream, text, train, weights
      job.wire: (root), Flink, job.record, lane, replica, stream, text, topics, train
      json: JSON
      lane: (root)
      local.flink: (root), Flink, Kafka's clients, dashboard, local.process
      local.kafka: (root), Flink, Kafka's clients, Kafka's server, local.process
      local.process: (root), Flink, dashboard, topics
      net: (root), DJL, engine
      predict: (root), DJL, JSON, engine, json, lane, net, text, weights
      producer: (root), JSON, Kafka's clients, json, lane, stream, text, topics, train
      replica: (root), lane, stream, text, train, weights
      saved: (root), DJL, JSON, json, net, text, train, weights
      stream: (root), lane, text, train
      text: (root), DJL, JSON, engine, json
      topics: (root), JSON, Kafka's clients, json, lane, stream, text
      topics.admin: (root), Kafka's clients, topics
      topics.client: (root), Kafka's clients, lane, predict, text, topics, topics.admin, \
      train
      train: (root), DJL, JSON, engine, json, lane, net, text, weights
      weights: (root), DJL, JSON, engine, json, net
      """;

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.flinklm.(**)").should().beFreeOfCycles();

  @ArchTest
  static void everyPackageKnowsWhatTheListSays(JavaClasses classes) {
    Map<String, Set<String>> known = new TreeMap<>();
    for (JavaClass from : classes) {
      Set<String> of = known.computeIfAbsent(nameOf(from), name -> new TreeSet<>());
      from.getDirectDependenciesFromSelf().stream()
          .map(dependency -> nameOf(dependency.getTargetClass().getBaseComponentType()))
          .filter(name -> !name.isEmpty() && !name.equals(nameOf(from)))
          .forEach(of::add);
    }
    String found =
        known.entrySet().stream()
            .map(entry -> entry.getKey() + ": " + String.join(", ", entry.getValue()))
            .map(String::strip)
            .collect(Collectors.joining("\n", "", "\n"));
    assertThat(found).isEqualTo(KNOWS);
  }

  /** The package without what all begin with, or the library; empty for what Java itself has. */
  private static String nameOf(JavaClass type) {
    String name = type.getPackageName() + ".";
    if (name.startsWith(OURS)) {
      return name.equals(OURS) ? ROOT : name.substring(OURS.length(), name.length() - 1);
    }
    return LIBRARIES.entrySet().stream()
        .filter(library -> name.startsWith(library.getKey() + "."))
        .max(Map.Entry.comparingByKey(Comparator.comparingInt(String::length)))
        .map(Map.Entry::getValue)
        .orElse("");
  }
}
